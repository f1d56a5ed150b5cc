using System.Diagnostics;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains.Tests;

/// <summary>Follows a task.</summary>
internal static class TaskReading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Reads a task again and again until it has ended.</summary>
    /// <returns>Every state that was seen, the last one terminal.</returns>
    public static async Task<IReadOnlyList<TaskSnapshot>> ReadToEndAsync(this ITaskGrain task)
    {
        var seen = new List<TaskSnapshot>();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < Patience)
        {
            var snapshot = await task.Read();
            Assert.NotNull(snapshot);
            if (seen.Count == 0 || seen[^1] != snapshot)
            {
                seen.Add(snapshot);
            }

            if (snapshot.State != TaskState.Running)
            {
                return seen;
            }
        }

        throw new TimeoutException($"Waited in vain for the task to end; last seen: {seen[^1].Progress} %, {seen[^1].Message}");
    }
}
