using OrleansTasks.Gateway.Hosting;
using OrleansTasks.Silo;

return await HostRunner.RunAsync(() => SiloApplication.CreateAsync(args));
