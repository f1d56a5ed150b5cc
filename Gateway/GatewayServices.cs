using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansTasks.Gateway.Detect;
using OrleansTasks.Gateway.Echo;
using OrleansTasks.Gateway.Health;
using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Nodes;
using OrleansTasks.Gateway.Tasks;

namespace OrleansTasks.Gateway;

/// <summary>The gateway, for a host that has an Orleans client or a silo of its own.</summary>
public static class GatewayServices
{
    /// <summary>Where the gateway listens unless told otherwise.</summary>
    public const string DefaultUrl = "http://localhost:8004";

    /// <summary>Adds what the gateway needs.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    /// <exception cref="StartupException">The address to listen on is taken.</exception>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey])
            && string.IsNullOrEmpty(builder.Configuration["http_ports"])
            && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        AddressCheck.ThrowIfTaken(builder.Configuration);

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddOptions<GatewayOptions>()
            .BindConfiguration(GatewayOptions.Section)
            .Validate(options => options.MaxCoins is >= 1 and <= ushort.MaxValue, "Tasks:MaxCoins is outside 1 to 65535.")
            .ValidateOnStart();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TaskGrains>();
        builder.Services.AddKeyedSingleton<StartThrottle>(KeyedService.AnyKey);
        builder.Services.AddSingleton<ClusterProbe>();
        builder.Services.AddSingleton<TaskJson>();
        builder.Services.AddSingleton<ITaskResultJson, EchoResultJson>();
        builder.Services.AddSingleton<ITaskResultJson, DetectResultJson>();
        return builder;
    }

    /// <summary>Maps the HTTP interface.</summary>
    /// <param name="app">The host.</param>
    /// <returns>The same host.</returns>
    public static WebApplication MapGateway(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.UseMiddleware<ErrorHandling>();
        app.UseRouting();
        app.MapEcho();
        app.MapDetect();
        app.MapTasks();
        app.MapNodes();
        app.MapHealth();
        return app;
    }
}
