using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Raida.Relay.Connections;

/// <summary>
/// Accepts as the published server does: one connection per edge-triggered event. Two connections that arrive together raise one event, so
/// the second one stays in the listen queue until another arrives, and the queue remains one behind.
/// </summary>
internal sealed class EdgeTriggeredListener : IDisposable
{
    private const int EpollCloseOnExec = 0x80000;
    private const int AddDescriptor = 1;
    private const uint InputEdgeTriggered = 0x80000001;
    private const int PollMilliseconds = 50;

    private readonly Socket _listener;
    private readonly SafeEpollHandle _epoll;

    /// <summary>Watches a listening socket, which it does not own. Linux only.</summary>
    public EdgeTriggeredListener(Socket listener)
    {
        _listener = listener;
        _epoll = EpollCreate(EpollCloseOnExec);
        var registration = new byte[EventLength];
        BitConverter.TryWriteBytes(registration, InputEdgeTriggered);
        if (_epoll.IsInvalid || EpollControl(_epoll, AddDescriptor, (int)listener.Handle, registration) != 0)
        {
            throw new IOException($"epoll failed with error {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>The kernel packs the event on x64 only.</summary>
    private static int EventLength => RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;

    /// <summary>Waits for the next event and accepts one connection; null when the listener was closed.</summary>
    /// <exception cref="OperationCanceledException">The relay stops.</exception>
    public Task<Socket?> AcceptAsync(CancellationToken stopping) => Task.Factory.StartNew<Socket?>(
        () =>
        {
            var occurred = new byte[EventLength];
            while (EpollWait(_epoll, occurred, 1, PollMilliseconds) < 1)
            {
                stopping.ThrowIfCancellationRequested();
            }

            try
            {
                return _listener.Accept();
            }
            catch (ObjectDisposedException)
            {
                // The relay refuses connections now.
                return null;
            }
        },
        stopping,
        TaskCreationOptions.LongRunning,
        TaskScheduler.Default);

    public void Dispose() => _epoll.Dispose();

    [DllImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern SafeEpollHandle EpollCreate(int flags);

    [DllImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EpollControl(SafeEpollHandle epoll, int operation, int descriptor, byte[] registration);

    [DllImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int EpollWait(SafeEpollHandle epoll, byte[] events, int maxEvents, int timeoutMilliseconds);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int CloseDescriptor(nint descriptor);

    private sealed class SafeEpollHandle() : SafeHandle(invalidHandleValue: -1, ownsHandle: true)
    {
        public override bool IsInvalid => handle == -1;

        protected override bool ReleaseHandle() => CloseDescriptor(handle) == 0;
    }
}
