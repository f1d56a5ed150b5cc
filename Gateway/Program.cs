using Orleans.Dashboard;
using OrleansTasks.Gateway;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Cluster;
using OrleansTasks.ServiceDefaults;

return await HostRunner.RunAsync(
    args,
    () =>
    {
        var builder = ServiceBuilder.Create(args);
        builder.AddGateway();
        builder.AddClusterClient();
        if (builder.AddTelemetry("orleans-tasks-gateway"))
        {
            builder.Host.UseOrleansClient(static client => client.AddActivityPropagation());
        }

        if (ClusterDashboard.IsEnabled(builder.Configuration))
        {
            builder.Host.UseOrleansClient(static client => client.AddDashboard(ClusterDashboard.Configure));
        }

        var app = builder.Build();
        app.MapGateway();
        return Task.FromResult(app);
    },
    (KeysCommand.Argument, KeysCommand.RunAsync));
