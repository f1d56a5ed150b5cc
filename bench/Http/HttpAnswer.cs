namespace Bench.Http;

/// <summary>A response in the connection's buffer, valid until the next request.</summary>
/// <param name="Head">The status line and the headers.</param>
/// <param name="Body">The body without chunk headers.</param>
internal readonly record struct HttpAnswer(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body);
