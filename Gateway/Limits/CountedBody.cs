using System.Buffers;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using OrleansTasks.Gateway.Http;

namespace OrleansTasks.Gateway.Limits;

/// <summary>A body that takes part of the <see cref="BodyBudget"/> for what has arrived, and returns it when it is disposed.</summary>
internal sealed class CountedBody(HttpRequest request, RateLimiter blocks, TimeSpan time) : PipeReader, IDisposable
{
    private readonly PipeReader _source = request.BodyReader;
    private readonly List<RateLimitLease> _leases = [];
    private long _consumed;
    private ReadOnlySequence<byte> _buffer;

    /// <summary>Runs a read of this body, and cancels it when the time for a body is up.</summary>
    /// <param name="read">Gets a token that is cancelled when the request ends or the time is up.</param>
    /// <exception cref="ApiException">The body has not arrived in time (408).</exception>
    public async Task<T> LimitTimeAsync<T>(Func<CancellationToken, Task<T>> read)
    {
        var aborted = request.HttpContext.RequestAborted;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted);
        stop.CancelAfter(time);
        try
        {
            return await read(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested && !aborted.IsCancellationRequested)
        {
            throw new ApiException(ApiError.MalformedRequest(StatusCodes.Status408RequestTimeout));
        }
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _source.ReadAsync(cancellationToken);
        Count(result.Buffer);
        return result;
    }

    public override bool TryRead(out ReadResult result)
    {
        var hasRead = _source.TryRead(out result);
        if (hasRead)
        {
            Count(result.Buffer);
        }

        return hasRead;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _consumed += _buffer.Slice(0, consumed).Length;
        _buffer = default;
        _source.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => _source.CancelPendingRead();

    public override void Complete(Exception? exception = null) => _source.Complete(exception);

    public void Dispose()
    {
        foreach (var lease in _leases)
        {
            lease.Dispose();
        }

        _leases.Clear();
    }

    /// <exception cref="ApiException">The budget is used up (429).</exception>
    private void Count(ReadOnlySequence<byte> buffer)
    {
        while (_consumed + buffer.Length > BodyBudget.FreeBytes + ((long)_leases.Count * BodyBudget.BlockLength))
        {
            var lease = blocks.AttemptAcquire();
            if (!lease.IsAcquired)
            {
                lease.Dispose();
                _source.AdvanceTo(buffer.Start);
                throw new ApiException(ApiError.TooManyBodies);
            }

            _leases.Add(lease);
        }

        _buffer = buffer;
    }
}
