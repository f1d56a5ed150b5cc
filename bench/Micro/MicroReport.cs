namespace Bench.Micro;

/// <summary>The result of one benchmark.</summary>
/// <param name="Name">The class and the method, for example <c>Codec.WriteEcho</c>.</param>
/// <param name="Nanoseconds">The median time of one operation.</param>
/// <param name="Least">The shortest time in nanoseconds.</param>
/// <param name="Most">The longest time in nanoseconds.</param>
/// <param name="Bytes">The bytes that one operation allocates.</param>
internal sealed record MicroReport(string Name, double Nanoseconds, double Least, double Most, long Bytes);
