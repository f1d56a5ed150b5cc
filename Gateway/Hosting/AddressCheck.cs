using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>
/// Finds out whether an address is taken before anything else is started: the host binds it last, and would take down again all that
/// it had started.
/// </summary>
internal static class AddressCheck
{
    /// <summary>Tries the addresses that name a port; others are left to the host.</summary>
    /// <param name="urls">The addresses, separated by semicolons.</param>
    /// <exception cref="StartupException">One is taken, or is none.</exception>
    public static void ThrowIfTaken(string urls)
    {
        foreach (var url in urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var address = Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port == 0)
            {
                continue;
            }

            var ip = IPAddress.TryParse(address.Host, out var parsed) ? parsed
                : address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
                : IPAddress.Any;
            using var listener = new TcpListener(ip, address.Port);
            try
            {
                listener.Start();
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                throw new StartupException(
                    $"The address {url} is taken by another process. Another one is chosen with --urls http://localhost:8005.",
                    exception);
            }
            catch (SocketException exception)
            {
                throw new StartupException($"The address {url} cannot be listened on: {exception.Message}.", exception);
            }
        }
    }

    private static BindingAddress Parse(string url)
    {
        try
        {
            var address = BindingAddress.Parse(url);
            if (address.IsUnixPipe || address.IsNamedPipe || address.Port is >= 0 and <= ushort.MaxValue)
            {
                return address;
            }
        }
        catch (FormatException exception)
        {
            throw NoAddress(url, exception);
        }

        throw NoAddress(url, null);
    }

    private static StartupException NoAddress(string url, Exception? cause) => new(
        $"The address \"{url}\" is none to listen on: http://localhost:8004 is of the form that is expected (--urls, ASPNETCORE_URLS).",
        cause!);
}
