namespace Bench.Simulation;

/// <summary>
/// A shard of the index of running tasks: one record, written whole, and those who come while it is written share the next write.
/// </summary>
internal sealed class SimulatedIndexShard(SimulatedClock clock, Station redis, ClusterCosts costs)
{
    private List<Action> _waiting = [];
    private bool _isWriting;
    private int _entries;

    public void Add(Action written)
    {
        _entries++;
        _waiting.Add(written);
        WriteNext();
    }

    /// <summary>The end of a task is written with the next start.</summary>
    public void Remove() => _entries--;

    private void WriteNext()
    {
        if (_isWriting || _waiting.Count == 0)
        {
            return;
        }

        _isWriting = true;
        var written = _waiting;
        _waiting = [];
        redis.Do(costs.RedisCall + (_entries * costs.RedisIndexEntry), () => clock.After(costs.RedisRoundTrip, () =>
        {
            _isWriting = false;
            written.ForEach(each => each());
            WriteNext();
        }));
    }
}
