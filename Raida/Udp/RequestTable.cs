using System.Diagnostics.CodeAnalysis;

namespace Raida.Udp;

/// <summary>
/// The requests in flight to one server: assigns echo ids, matches replies, and decides what is due. It has no sockets and no clock; its
/// owner passes the time in.
/// </summary>
internal sealed class RequestTable
{
    /// <summary>A timer that is later than this indicates that the process was suspended or had no processor.</summary>
    public static readonly TimeSpan SuspensionThreshold = TimeSpan.FromMilliseconds(250);

    /// <summary>Long enough to read what a socket's buffer holds.</summary>
    private static readonly TimeSpan TimeToCatchUp = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<ushort, PendingRequest> _requests = [];
    private ushort _lastEchoId = (ushort)Random.Shared.Next();

    /// <summary>All requests. They may be removed during the enumeration.</summary>
    public IEnumerable<PendingRequest> Requests => _requests.Values;

    /// <summary>When to call <see cref="Advance"/> next.</summary>
    public TimeSpan DueAt { get; private set; } = TimeSpan.MaxValue;

    public void Add(PendingRequest request, TimeSpan now)
    {
        do
        {
            _lastEchoId++;
        }
        while (_requests.ContainsKey(_lastEchoId));

        request.EchoId = _lastEchoId;
        request.Start(now);
        _requests.Add(request.EchoId, request);
        DueAt = request.DueAt < DueAt ? request.DueAt : DueAt;
    }

    public bool TryGet(ushort echoId, [NotNullWhen(true)] out PendingRequest? request) => _requests.TryGetValue(echoId, out request);

    /// <summary>Removes a request. Returns false if it was removed before.</summary>
    public bool Remove(PendingRequest request) =>
        _requests.TryGetValue(request.EchoId, out var found) && found == request && _requests.Remove(request.EchoId);

    /// <summary>Lets requests fall back, and returns those that are to be retransmitted, or have timed out and were removed.</summary>
    public IReadOnlyList<(PendingRequest Request, bool HasTimedOut)> Advance(TimeSpan now)
    {
        if (DueAt != TimeSpan.MaxValue && now - DueAt > SuspensionThreshold)
        {
            // What the server replied meanwhile lies unread in the socket.
            foreach (var request in _requests.Values)
            {
                request.Postpone(now - DueAt + TimeToCatchUp);
            }
        }

        var due = new List<(PendingRequest, bool)>();
        DueAt = TimeSpan.MaxValue;
        foreach (var request in _requests.Values)
        {
            if (now >= request.TimesOutAt)
            {
                _requests.Remove(request.EchoId);
                due.Add((request, true));
                continue;
            }

            if (now >= request.FallBackAt)
            {
                request.FallBack();
            }

            if (now >= request.RetransmitAt)
            {
                request.ScheduleRetransmission(now);
                due.Add((request, false));
            }

            DueAt = request.DueAt < DueAt ? request.DueAt : DueAt;
        }

        return due;
    }
}
