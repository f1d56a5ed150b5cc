using OrleansTasks.Gateway;
using OrleansTasks.Gateway.Cluster;
using OrleansTasks.Gateway.Hosting;

return await HostRunner.RunAsync(args, () =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddQuietLogging();
    builder.AddGateway();
    builder.AddClusterClient();

    var app = builder.Build();
    app.MapGateway();
    return Task.FromResult(app);
});
