using OrleansTasks.Gateway.Access;
using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo;

return await HostRunner.RunAsync(args, () => SiloApplication.CreateAsync(args), (KeysCommand.Argument, KeysCommand.RunAsync));
