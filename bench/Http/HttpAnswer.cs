namespace Bench.Http;

/// <summary>An answer, in the connection's own buffer: good until the next request.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Head">The status line and the headers.</param>
/// <param name="Body">The body, without its chunks' lengths.</param>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body);
