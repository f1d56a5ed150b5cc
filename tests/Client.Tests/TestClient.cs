using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;

namespace OrleansTasks.Client.Tests;

/// <summary>The client as an application has it, from a service collection.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public TestClient(
        Uri address,
        Action<OrleansTasksClientOptions>? configure = null,
        Action<HttpStandardResilienceOptions>? configureResilience = null)
    {
        _services = new ServiceCollection()
            .AddOrleansTasksClient(
                options =>
                {
                    options.Address = address;
                    configure?.Invoke(options);
                },
                resilience =>
                {
                    resilience.Retry.Delay = TimeSpan.FromMilliseconds(10);
                    configureResilience?.Invoke(resilience);
                })
            .BuildServiceProvider();
        Value = _services.GetRequiredService<OrleansTasksClient>();
    }

    public OrleansTasksClient Value { get; }

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
