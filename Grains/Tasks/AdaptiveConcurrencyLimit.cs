namespace OrleansTasks.Grains.Tasks;

/// <summary>
/// How many tasks may run, by how late the process is: as long as it is on time as many as are configured, and when it is late fewer than
/// run now, until it is on time again. So what was accepted does not wait behind more than the machine can do.
/// </summary>
/// <param name="most">How many are configured.</param>
/// <param name="late">How late the process may be.</param>
internal sealed class AdaptiveConcurrencyLimit(int most, TimeSpan late)
{
    /// <summary>So many may run however late the process is: where others use the machine, refusing tasks would not mend it.</summary>
    public const int Least = 32;

    private const double Cut = 0.8;
    private const double Growth = 1.25;

    /// <summary>A single late moment, such as a collection of garbage, means nothing; some in a row do.</summary>
    private const double WeightOfLast = 0.2;

    private const int MostPerLate = 4;

    private readonly int _least = Math.Min(Least, most);
    private double _current = most;

    /// <summary>How many tasks may run now.</summary>
    public int Current => (int)_current;

    /// <summary>How late the process was of late, at the most four times what it may be.</summary>
    public TimeSpan Lateness { get; private set; }

    /// <summary>Takes note of how late the process is. To be called some dozen times a second.</summary>
    /// <param name="lateness">How long work waited that was ready.</param>
    /// <param name="running">How many tasks run.</param>
    public void Count(TimeSpan lateness, int running)
    {
        var counted = lateness < MostPerLate * late ? lateness : MostPerLate * late;
        Lateness += (counted - Lateness) * WeightOfLast;
        _current = Lateness >= late
            ? Math.Max(_least, Math.Min(_current, running) * Cut)
            : Math.Min(most, _current * Growth);
    }
}
