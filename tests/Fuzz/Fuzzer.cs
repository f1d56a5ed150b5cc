using System.Diagnostics;
using System.Runtime.InteropServices;
using Trace = SharpFuzz.Common.Trace;

namespace OrleansTasks.Fuzz;

/// <summary>
/// Changes inputs at random, and keeps those that reach new branches of instrumented code. SharpFuzz counts the branches; this class takes the place
/// of AFL, which it would otherwise run under: in one process, with a fixed seed, and without a program that a machine may lack.
/// </summary>
internal sealed unsafe class Fuzzer
{
    private const int MapLength = 65536;
    private const int MaxLength = 8192;
    private const int MaxChanges = 8;

    private static readonly byte[] Bytes = [0, 1, 9, 10, 32, 0x22, 0x2C, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0x7F, 0x80, 0xFE, 0xFF];
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(30);

    private readonly Target _target;
    private readonly Random _random;
    private readonly byte[] _seen = new byte[MapLength];
    private readonly List<byte[]> _corpus = [];
    private byte[] _current = [];
    private long _startedAt;

    public Fuzzer(Target target, Random random) => (_target, _random) = (target, random);

    public long Inputs { get; private set; }

    /// <summary>Inputs that reached new branches, without the first ones, and how many.</summary>
    public List<(byte[] Input, int Branches)> Found { get; } = [];

    public int Edges => _seen.Count(counts => counts != 0);

    /// <summary>The most bytes that an input allocated beyond four times its length.</summary>
    public long MaxAllocated { get; private set; }

    /// <summary>Allocates the map of branches; before any instrumented code runs.</summary>
    public static void AllocateMap() => Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(MapLength);

    /// <returns>The first input that broke a promise, and how; null if none did.</returns>
    public (byte[] Input, string Problem)? Run(IEnumerable<byte[]> seeds, TimeSpan time, Action<byte[]> saveHanging)
    {
        var watch = Stopwatch.StartNew();
        using var watchdog = new Timer(
            _ =>
            {
                if (Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt)) > MaxTime)
                {
                    saveHanging(_current);
                    Console.WriteLine($"FAULT in {_target.Name}: an input takes more than {MaxTime.TotalSeconds} s");
                    Environment.Exit(1);
                }
            },
            null,
            MaxTime,
            MaxTime);
        foreach (var seed in seeds)
        {
            // The first time also loads and compiles code.
            _target.Check(seed, out _);
            if (Try(seed) is { } problem)
            {
                return (seed, problem);
            }

            CountNewBranches();
            _corpus.Add(seed);
        }

        while (watch.Elapsed < time)
        {
            var input = Change(_corpus[_random.Next(_corpus.Count)]);
            if (Try(input) is { } problem)
            {
                return (input, problem);
            }

            if (CountNewBranches() is > 0 and var branches)
            {
                _corpus.Add(input);
                Found.Add((input, branches));
            }
        }

        return null;
    }

    private string? Try(byte[] input)
    {
        new Span<byte>(Trace.SharedMem, MapLength).Clear();
        Trace.PrevLocation = 0;
        _current = input;
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
        Inputs++;
        var problem = _target.Check(input, out var allocated);
        MaxAllocated = Math.Max(MaxAllocated, allocated);
        return problem;
    }

    /// <summary>The branches that were not taken before, or not nearly as often: the counts' powers of two are compared.</summary>
    private int CountNewBranches()
    {
        var branches = 0;
        var words = new ReadOnlySpan<ulong>(Trace.SharedMem, MapLength / sizeof(ulong));
        for (var word = 0; word < words.Length; word++)
        {
            if (words[word] == 0)
            {
                continue;
            }

            for (var i = word * sizeof(ulong); i < (word + 1) * sizeof(ulong); i++)
            {
                var count = Trace.SharedMem[i];
                var power = count == 0 ? 0 : 1 << int.Log2(count);
                if ((_seen[i] | power) != _seen[i])
                {
                    _seen[i] |= (byte)power;
                    branches++;
                }
            }
        }

        return branches;
    }

    private byte[] Change(byte[] parent)
    {
        var input = new List<byte>(parent);
        for (var changes = _random.Next(1, MaxChanges + 1); changes > 0; changes--)
        {
            ChangeOnce(input);
        }

        return input.Count <= MaxLength ? [.. input] : [.. input.Take(MaxLength)];
    }

    private void ChangeOnce(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        var length = Math.Min(1 << _random.Next(8), input.Count - at);
        switch (_random.Next(10))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 2 when at < input.Count:
                input[at] = Bytes[_random.Next(Bytes.Length)];
                break;
            case 3:
                input.Insert(at, Bytes[_random.Next(Bytes.Length)]);
                break;
            case 4:
                input.RemoveRange(at, length);
                break;
            case 5:
                input.InsertRange(_random.Next(input.Count + 1), input.GetRange(at, length));
                break;
            case 6 when _target.Tokens.Count > 0:
                input.InsertRange(at, _target.Tokens[_random.Next(_target.Tokens.Count)]);
                break;
            case 7:
                var other = _corpus[_random.Next(_corpus.Count)];
                var from = _random.Next(other.Length + 1);
                input.RemoveRange(at, input.Count - at);
                input.AddRange(other[from..]);
                break;
            case 8 when input.Count < MaxLength:
                for (var times = _random.Next(64); times > 0 && input.Count + length < MaxLength; times--)
                {
                    input.InsertRange(at, input.GetRange(at, length));
                }

                break;
            default:
                input.RemoveRange(at, input.Count - at);
                break;
        }
    }
}
