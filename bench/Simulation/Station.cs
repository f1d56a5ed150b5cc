namespace Bench.Simulation;

/// <summary>Something that does one piece of work a core at a time, the others in line: a silo, a gateway, Redis, a server.</summary>
internal sealed class Station(SimulatedClock clock, int cores)
{
    private readonly Queue<(double Milliseconds, Action Done)> _line = new();
    private int _busy;
    private double _work;
    private double _since;

    /// <summary>How much of its cores' time it has worked since it was last forgotten: 1 is all.</summary>
    public double Utilisation => _work / ((clock.Now - _since) * cores);

    /// <summary>Forgets what it has worked.</summary>
    public void Forget()
    {
        _work = 0;
        _since = clock.Now;
    }

    /// <summary>Joins the line.</summary>
    public void Do(double milliseconds, Action done)
    {
        if (_busy == cores)
        {
            _line.Enqueue((milliseconds, done));
            return;
        }

        _busy++;
        Begin(milliseconds, done);
    }

    private void Begin(double milliseconds, Action done)
    {
        _work += milliseconds;
        clock.After(milliseconds, () =>
        {
            if (_line.TryDequeue(out var next))
            {
                Begin(next.Milliseconds, next.Done);
            }
            else
            {
                _busy--;
            }

            done();
        });
    }
}
