namespace Bench.Micro;

/// <summary>What BenchmarkDotNet found of one operation.</summary>
/// <param name="Name">The class and the method.</param>
/// <param name="Nanoseconds">The median time of one.</param>
/// <param name="Least">The shortest, in nanoseconds.</param>
/// <param name="Most">The longest, in nanoseconds.</param>
/// <param name="Bytes">What one allocates.</param>
internal sealed record MicroReport(string Name, double Nanoseconds, double Least, double Most, long Bytes);
