namespace OrleansTasks.Gateway.Hosting;

/// <summary>Logging that tells operators what they need to know, unless the configuration asks for more.</summary>
public static class QuietLogging
{
    private const string DefaultLevel = "Logging:LogLevel:Default";

    private static readonly Dictionary<string, string?> Defaults = new()
    {
        [DefaultLevel] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Warning",

        // A failed start is told by HostRunner in one line, not by the host with a stack trace.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",

        // At Information Orleans writes some hundred lines at every start.
        ["Logging:LogLevel:Orleans"] = "Warning",
        ["Logging:LogLevel:Microsoft.Orleans"] = "Warning",

        // Orleans writes in the name of its grain services too: how they share the ring of silos, at every change of the cluster.
        ["Logging:LogLevel:OrleansTasks.Grains.Nodes.SiloReportService"] = "Warning",

        // What Orleans retries by it, it reports itself.
        ["Logging:LogLevel:Polly"] = "Critical",

        // Stack traces and several lines for each attempt to reach a silo that is not there; ConnectionRetry says so in one.
        ["Logging:LogLevel:Orleans.Runtime.Messaging.ConnectionManager"] = "Error",
        ["Logging:LogLevel:Orleans.Messaging.GatewayManager"] = "Error",

        // Warns at every start that it has not run since the machine was started.
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
    };

    /// <summary>Adds the defaults below every other source of configuration, and one line a message on the console.</summary>
    /// <param name="builder">The host's builder.</param>
    /// <returns>The same builder.</returns>
    public static WebApplicationBuilder AddQuietLogging(this WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        Dictionary<string, string?> defaults = new(Defaults)
        {
            // A level is that of all categories that begin with its name: without one of their own, ours would have that of Orleans.
            ["Logging:LogLevel:OrleansTasks"] = builder.Configuration[DefaultLevel] ?? Defaults[DefaultLevel],
        };
        builder.Configuration.Sources.Insert(
            0,
            new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = defaults });
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss.fff ";
        });
        return builder;
    }
}
