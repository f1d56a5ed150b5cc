using OrleansTasks.ServiceDefaults;
using OrleansTasks.Silo;

return await HostRunner.RunAsync(args, () => SiloApplication.CreateAsync(args));
