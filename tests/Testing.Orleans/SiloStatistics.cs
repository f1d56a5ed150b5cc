using Microsoft.Extensions.Hosting;

namespace OrleansTasks.Testing;

/// <summary>An Orleans client that counts the tasks in the memory of a cluster's silos.</summary>
public sealed class SiloStatistics : IAsyncDisposable
{
    private const string TaskGrain = "OrleansTasks.Grains.Tasks.TaskGrain";

    private readonly IHost _host;
    private readonly IManagementGrain _management;

    private SiloStatistics(IHost host)
    {
        _host = host;
        _management = ((IGrainFactory)host.Services.GetService(typeof(IGrainFactory))!).GetGrain<IManagementGrain>(0);
    }

    /// <summary>Connects to a cluster.</summary>
    /// <param name="settings">Orleans' own settings.</param>
    /// <param name="configure">Configuration for which there is no setting.</param>
    public static async Task<SiloStatistics> ConnectAsync(
        IReadOnlyDictionary<string, string?> settings,
        Action<IClientBuilder>? configure = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(settings: null);
        foreach (var (name, value) in settings)
        {
            builder.Configuration[name] = value;
        }

        builder.UseOrleansClient(client => configure?.Invoke(client));
        var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        return new SiloStatistics(host);
    }

    /// <summary>Returns the number of task activations on all silos.</summary>
    public async Task<int> CountTasksAsync() => (await _management.GetSimpleGrainStatistics())
        .Where(grain => grain.GrainType.StartsWith(TaskGrain, StringComparison.Ordinal))
        .Sum(grain => grain.ActivationCount);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }
}
