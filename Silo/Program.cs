using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Silo;

return await HostRunner.RunAsync(args, () => SiloApplication.CreateAsync(args));
