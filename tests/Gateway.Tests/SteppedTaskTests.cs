using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Tests with a host whose echo tasks make progress when the test says so.</summary>
public abstract class SteppedTaskTests : IAsyncLifetime
{
    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected SteppedEcho Echo { get; } = new();

    private protected GatewayHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await StartHostAsync(Echo);

    public virtual async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected static Task<GatewayHost> StartHostAsync(SteppedEcho echo) => GatewayHost.StartAsync(
        ["--Tasks:StopGrace", "00:00:00.100"],
        builder => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), echo));
}
