using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway.Limits;

/// <summary>Limits the requests per second of each caller, and the requests that wait or watch, of each caller and of all.</summary>
internal sealed class RequestLimits(IOptions<LimitOptions> options) : IConfigureOptions<RateLimiterOptions>
{
    private static readonly RateLimitPartition<string> Unlimited = RateLimitPartition.GetNoLimiter("");

    public void Configure(RateLimiterOptions limiter)
    {
        var limits = options.Value;
        limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context => LimitedCaller.Get(context) is { } caller
                ? LimitRate(caller, LimitedCaller.GetRequestsPerSecond(context) ?? limits.RequestsPerSecond)
                : Unlimited),
            PartitionedRateLimiter.Create<HttpContext, string>(context =>
                Waits(context) && LimitedCaller.Get(context) is { } caller ? LimitConcurrency(caller, limits.WaitingPerCaller) : Unlimited),
            PartitionedRateLimiter.Create<HttpContext, string>(context => Waits(context) ? LimitConcurrency("all", limits.Waiting) : Unlimited));
        limiter.OnRejected = static async (rejected, _) =>
        {
            // Only the limit of the rate has a time: nobody knows when a request that waits will end.
            var error = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time)
                ? ApiError.TooManyRequestsPerSecond with { RetryAfterSeconds = (int)Math.Ceiling(time.TotalSeconds) }
                : ApiError.TooManyWaiting;
            await error.ToResult(rejected.HttpContext).ExecuteAsync(rejected.HttpContext);
        };
    }

    /// <summary>Whether a limit may apply. Others do not enter the limiter, which would cost reads part of their rate.</summary>
    public static bool Apply(HttpContext context) => LimitedCaller.Get(context) is not null || Waits(context);

    private static bool Waits(HttpContext context) =>
        (context.Request.Headers.TryGetValue("Prefer", out var prefer) && WaitPreference.Read(prefer) > 0)
        || context.GetEndpoint()?.Metadata.GetMetadata<WatchesTask>() is not null;

    /// <param name="limit">Part of the partition's key, as it may change with the caller's key.</param>
    private static RateLimitPartition<string> LimitRate(string caller, int limit) => RateLimitPartition.GetTokenBucketLimiter(
        $"{caller} {limit}",
        _ => new TokenBucketRateLimiterOptions { TokenLimit = limit, TokensPerPeriod = limit, ReplenishmentPeriod = TimeSpan.FromSeconds(1) });

    private static RateLimitPartition<string> LimitConcurrency(string key, int limit) => RateLimitPartition.GetConcurrencyLimiter(
        key, _ => new ConcurrencyLimiterOptions { PermitLimit = limit });
}

/// <summary>Marks an endpoint whose response lasts as long as a task.</summary>
internal sealed class WatchesTask;
