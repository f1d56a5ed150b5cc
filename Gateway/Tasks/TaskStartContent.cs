namespace OrleansTasks.Gateway.Tasks;

/// <summary>What makes two starts the same: the kind of task, and the bytes of what it is to do.</summary>
/// <param name="Kind">The kind of task, for example <c>detect</c>.</param>
/// <param name="Parts">The bytes, secrets included.</param>
internal readonly record struct TaskStartContent(string Kind, params ReadOnlyMemory<byte>[] Parts);
