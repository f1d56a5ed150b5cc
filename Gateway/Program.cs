using OrleansTasks.Gateway;
using OrleansTasks.Gateway.Access;
using OrleansTasks.Gateway.Cluster;
using OrleansTasks.ServiceDefaults;

return await HostRunner.RunAsync(
    args,
    () =>
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddLoggingDefaults();
        builder.AddSettingFiles();
        builder.AddGateway();
        builder.AddClusterClient();

        var app = builder.Build();
        app.MapGateway();
        return Task.FromResult(app);
    },
    (KeysCommand.Argument, KeysCommand.RunAsync));
