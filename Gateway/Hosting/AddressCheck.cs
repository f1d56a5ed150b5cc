using System.Net.Sockets;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>
/// Finds out whether an address is taken before anything else is started: the host binds it last, and would take down again all that
/// it had started.
/// </summary>
internal static class AddressCheck
{
    /// <summary>Tries the addresses that the host will listen on and that name a port; others are left to the host.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <exception cref="StartupException">One is taken, or is none.</exception>
    public static void ThrowIfTaken(IConfiguration configuration)
    {
        foreach (var address in ListenAddress.FindAll(configuration))
        {
            ThrowIfTaken(address);
        }
    }

    private static void ThrowIfTaken(ListenAddress listen)
    {
        var address = listen.Parse();
        if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0)
        {
            return;
        }

        using var listener = new TcpListener(ListenAddress.Resolve(address.Host), address.Port);
        try
        {
            listener.Start();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new StartupException(
                $"The address {listen.Url} is taken by another process. Another one is chosen with {GetExample(listen.Setting)}.",
                exception);
        }
        catch (SocketException exception)
        {
            throw new StartupException($"The address {listen.Url} cannot be listened on: {exception.Message}.", exception);
        }
    }

    private static string GetExample(string setting) =>
        setting == ListenAddress.UrlsSetting ? "--urls http://localhost:8005" : setting;
}
