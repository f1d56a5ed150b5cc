using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Testing;

/// <summary>Follows a task.</summary>
public static class TaskReading
{
    /// <summary>Polls a task until it has ended.</summary>
    /// <returns>Every state seen, the last one terminal.</returns>
    public static async Task<IReadOnlyList<TaskSnapshot>> ReadToEndAsync(this ITaskGrain task)
    {
        var seen = new List<TaskSnapshot>();
        await Eventually.ReadsAsync(
            async () =>
            {
                var snapshot = await task.Read();
                Assert.NotNull(snapshot);
                if (seen.Count == 0 || seen[^1] != snapshot)
                {
                    seen.Add(snapshot);
                }

                return snapshot;
            },
            snapshot => snapshot.State != TaskState.Running,
            "the task to end");
        return seen;
    }
}
