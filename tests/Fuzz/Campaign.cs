using System.Diagnostics;
using System.Security.Cryptography;

namespace OrleansTasks.Fuzz;

/// <summary>Fuzzes all targets one after the other, and keeps a corpus in a directory for each.</summary>
internal static class Campaign
{
    /// <summary>The most inputs of a target that are kept, those that reached most new branches first, and the longest of them.</summary>
    private const int MaxKept = 30;

    private const int MaxKeptLength = 3000;

    public static int Run(TimeSpan time, string corpus, int seed)
    {
        Fuzzer.AllocateMap();
        var targets = Targets.Create();
        var total = 0L;
        var faults = 0;
        Console.WriteLine($"seed {seed}");
        foreach (var target in targets)
        {
            var directory = Path.Combine(corpus, target.Name);
            Directory.CreateDirectory(directory);
            var fuzzer = new Fuzzer(target, new Random(seed));
            var watch = Stopwatch.StartNew();
            var fault = fuzzer.Run([.. target.Seeds, .. Directory.GetFiles(directory).Order().Select(File.ReadAllBytes)], time / targets.Count, input => Save(directory, "hang-", input));
            total += fuzzer.Inputs;
            Console.WriteLine(
                $"{target.Name,-10} {fuzzer.Inputs,10:N0} inputs, {fuzzer.Inputs / watch.Elapsed.TotalSeconds,8:N0}/s, {fuzzer.Found.Count,4} new in the corpus, "
                + $"{fuzzer.Edges,5} edges, at most {fuzzer.MaxAllocated:N0} bytes beyond four times the input");
            var kept = fuzzer.Found.Where(found => found.Input.Length <= MaxKeptLength).OrderByDescending(found => found.Branches);
            foreach (var (found, _) in kept.Take(MaxKept - Directory.GetFiles(directory).Length))
            {
                Save(directory, "", found);
            }

            if (fault is var (input2, problem))
            {
                faults++;
                Console.WriteLine($"FAULT in {target.Name}: {problem}\n  input: {Save(directory, "fault-", input2)}");
            }
        }

        Console.WriteLine($"total {total:N0} inputs, {faults} faults");
        return faults == 0 ? 0 : 1;
    }

    private static string Save(string directory, string prefix, byte[] input)
    {
        var path = Path.Combine(directory, prefix + Convert.ToHexStringLower(SHA256.HashData(input), 0, 6));
        File.WriteAllBytes(path, input);
        return path;
    }
}
