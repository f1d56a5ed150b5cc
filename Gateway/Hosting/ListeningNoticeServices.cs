using Microsoft.AspNetCore.Hosting.Server;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>Puts the <see cref="ListeningNotice"/> before the host's web server.</summary>
internal static class ListeningNoticeServices
{
    public static void AddListeningNotice(this IServiceCollection services)
    {
        var server = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton<IServer>(provider => new ListeningNotice(
            (IServer)ActivatorUtilities.CreateInstance(provider, server),
            provider.GetRequiredService<IHostApplicationLifetime>()));
    }
}
