using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Cluster;
using OrleansTasks.Gateway.Detect;
using OrleansTasks.Gateway.Echo;
using OrleansTasks.Gateway.Health;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Gateway.Limits;
using OrleansTasks.Gateway.Nodes;
using OrleansTasks.Gateway.OpenApi;
using OrleansTasks.Gateway.Page;
using OrleansTasks.Gateway.Tasks;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway;

/// <summary>The gateway, for a host with an Orleans client or a silo.</summary>
public static class GatewayServices
{
    /// <summary>Adds the gateway's services. It listens on http://localhost:8004 unless the configuration has another address.</summary>
    /// <exception cref="StartupException">The address is invalid or in use.</exception>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var addresses = ListenAddresses.ReadOrSetDefault(builder);
        ListenAddresses.ThrowIfInUse(addresses);
        ServerCertificate.ThrowIfUnusable(builder.Configuration, addresses);
        builder.AddAccessControl();
        builder.Services.ConfigureHttpJsonOptions(json => GatewayJson.Configure(json.SerializerOptions));
        builder.Services.AddStrictOptions<GatewayOptions, GatewayOptionsValidator>(GatewayOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<DetectOptions>, DetectOptionsValidator>();
        builder.Services.AddOptions<DetectOptions>().BindConfiguration(DetectOptions.Section).ValidateOnStart();
        builder.Services.AddLimits();
        builder.AddOrigins();
        builder.Services.AddApiDescription();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<TaskGrains>();
        builder.Services.AddSingleton<TaskStarter>();
        builder.Services.AddSingleton<TaskWatcher>();
        builder.Services.AddKeyedSingleton<StartThrottle>(KeyedService.AnyKey);
        builder.Services.AddSingleton<ClusterProbe>();
        return builder;
    }

    /// <summary>Maps the HTTP interface and the page.</summary>
    public static WebApplication MapGateway(this WebApplication app)
    {
        app.UseSecurityHeaders();
        app.UseMiddleware<ErrorHandling>();
        app.UseCors();
        app.UseRouting();
        app.UsePage();
        var (api, operators) = app.UseAccessControl();
        app.UseLimits();
        app.UseMiddleware<CrossSiteRequests>();
        api.DescribeAccess();
        api.MapEcho();
        api.MapDetect();
        api.MapTasks();
        api.MapTaskList();
        api.MapNodes();
        app.MapHealth();
        operators.MapMetrics(app.Configuration);
        operators.MapDashboard(app.Configuration);
        app.MapApiDescription();
        return app;
    }
}
