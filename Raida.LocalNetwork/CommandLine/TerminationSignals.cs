using System.Runtime.InteropServices;

namespace Raida.LocalNetwork.CommandLine;

/// <summary>
/// Turns Ctrl+C and SIGTERM into a cancellation from the moment it is created. System.CommandLine does so too, but only once the
/// program waits for something, so that a signal right behind 'Ready' would kill it.
/// </summary>
internal sealed class TerminationSignals : IDisposable
{
    private readonly CancellationTokenSource _received = new();
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;

    public TerminationSignals()
    {
        _interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        _terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
    }

    /// <summary>Cancelled when a signal was received.</summary>
    public CancellationToken Received => _received.Token;

    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
        _received.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // The program ends by itself, with its own exit code.
        context.Cancel = true;
        _received.Cancel();
    }
}
