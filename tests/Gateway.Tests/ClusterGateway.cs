using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Gateway.Tests;

/// <summary>A gateway in front of several silos, all in this process.</summary>
internal sealed class ClusterGateway : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ClusterGateway(GrainCluster cluster, WebApplication app)
    {
        Cluster = cluster;
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        Client = new HttpClient { BaseAddress = new Uri(address) };
    }

    public GrainCluster Cluster { get; }

    public HttpClient Client { get; }

    public static async Task<ClusterGateway> StartAsync(int silos, Action<IServiceCollection> configureSilo)
    {
        var cluster = await GrainCluster.StartAsync(configureSilo, silos);
        var builder = WebApplication.CreateBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.AddGateway();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IGrainFactory>(cluster.Silos.Client);
        var app = builder.Build();
        app.MapGateway();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new ClusterGateway(cluster, app);
    }

    /// <summary>Starts an echo.</summary>
    public async Task<HttpResponseMessage> StartEchoAsync(string? idempotencyKey = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/echo");
        if (idempotencyKey is not null)
        {
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        }

        return await Client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await Cluster.DisposeAsync();
    }
}
