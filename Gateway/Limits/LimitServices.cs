using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Limits;

/// <summary>The limits of the gateway.</summary>
internal static class LimitServices
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddStrictOptions<LimitOptions, LimitOptionsValidator>(LimitOptions.Section);
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>, KestrelLimits>();
        services.AddSingleton<IConfigureOptions<RateLimiterOptions>, RequestLimits>();
        services.AddRateLimiter(_ => { });
        services.AddSingleton<BodyBudget>();
    }

    /// <summary>Applies the limits per caller; after authentication.</summary>
    public static void UseLimits(this IApplicationBuilder app) => app.UseWhen(RequestLimits.Apply, limited => limited.UseRateLimiter());
}
