using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using OrleansTasks.Client;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds the client to a service collection.</summary>
public static class OrleansTasksClientServices
{
    private const string Calls = "OrleansTasks";
    private const string Waits = "OrleansTasks.Waits";

    // With connections that are renewed, one client can live as long as the process and still follow changes of DNS.
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Adds a singleton <see cref="OrleansTasksClient"/>, whose calls the standard resilience handler retries: starts carry an idempotency key, so none
    /// starts twice. Waiting and watching take longer than its timeouts, so they have an HTTP client without it, and reconnect themselves.
    /// </summary>
    /// <param name="services">The collection.</param>
    /// <param name="configure">Sets the address and the key.</param>
    /// <param name="configureResilience">Changes timeouts, retries and limits of the standard resilience handler.</param>
    public static IServiceCollection AddOrleansTasksClient(
        this IServiceCollection services,
        Action<OrleansTasksClientOptions> configure,
        Action<HttpStandardResilienceOptions>? configureResilience = null)
    {
        services.AddOptions<OrleansTasksClientOptions>()
            .Configure(configure)
            .Validate(
                options => options.Address is { IsAbsoluteUri: true, Scheme: "http" or "https" },
                $"{nameof(OrleansTasksClientOptions)}.{nameof(OrleansTasksClientOptions.Address)}: an absolute http or https address is expected.")
            .Validate(
                options => IsHeaderText(options.ApiKey) && IsHeaderText(options.BearerToken),
                $"{nameof(OrleansTasksClientOptions)}: a key and a token may only contain printable ASCII characters.");
        AddHttpClient(services, Calls).AddStandardResilienceHandler(configureResilience ?? (_ => { }));
        AddHttpClient(services, Waits).ConfigureHttpClient(http => http.Timeout = Timeout.InfiniteTimeSpan);
        services.AddSingleton(provider =>
        {
            var factory = provider.GetRequiredService<IHttpClientFactory>();
            return new OrleansTasksClient(
                factory.CreateClient(Calls),
                factory.CreateClient(Waits),
                provider.GetRequiredService<IOptions<OrleansTasksClientOptions>>().Value);
        });
        return services;
    }

    private static bool IsHeaderText(string? value) => value is null || value.All(c => c is >= ' ' and <= '~');

    private static IHttpClientBuilder AddHttpClient(IServiceCollection services, string name) => services
        .AddHttpClient(name)
        .UseSocketsHttpHandler((handler, _) =>
        {
            // A redirect would forward keys and coins to another host.
            handler.AllowAutoRedirect = false;
            handler.PooledConnectionLifetime = ConnectionLifetime;
        })
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan);
}
