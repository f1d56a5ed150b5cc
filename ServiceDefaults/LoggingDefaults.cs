using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace OrleansTasks.ServiceDefaults;

/// <summary>Log levels and format: what an operator needs to know, unless the configuration asks for more.</summary>
internal static class LoggingDefaults
{
    private const string DefaultLevel = "Logging:LogLevel:Default";
    private const string FormatterName = "Logging:Console:FormatterName";
    private const string IncludeScopes = "Logging:Console:FormatterOptions:IncludeScopes";
    private const string WebLevel = "Logging:LogLevel:Microsoft.AspNetCore";
    private const string Requests = $"{WebLevel}.Hosting.Diagnostics";

    private static readonly Dictionary<string, string?> Levels = new()
    {
        [DefaultLevel] = "Information",
        [WebLevel] = "Warning",

        // HostRunner reports a failed start in one line; the host would add a stack trace.
        ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical",

        // At Information Orleans writes hundreds of lines at every start.
        ["Logging:LogLevel:Orleans"] = "Warning",
        ["Logging:LogLevel:Microsoft.Orleans"] = "Warning",

        // Orleans logs each grain service's range of the hash ring under the service's name, at every membership change.
        ["Logging:LogLevel:OrleansTasks.Silo.Cluster.MembershipWitness"] = "Warning",
        ["Logging:LogLevel:OrleansTasks.Grains.Nodes.SiloReportService"] = "Warning",

        // ASP.NET Core logs each request that is not authenticated under the handler's name.
        ["Logging:LogLevel:OrleansTasks.Gateway.Access.ApiKeyHandler"] = "Warning",

        // Orleans itself logs the failures that it retries through Polly.
        ["Logging:LogLevel:Polly"] = "Critical",

        // Stack traces for each attempt to reach a silo that is down; ConnectionRetry logs one line.
        ["Logging:LogLevel:Orleans.Runtime.Messaging.ConnectionManager"] = "Error",
        ["Logging:LogLevel:Orleans.Messaging.GatewayManager"] = "Error",

        // Warns at every start that it has not run since the machine booted.
        ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error",
    };

    /// <summary>
    /// Adds the levels below every other source of configuration, and a console with one line per message, unless the configuration has
    /// another format: with <c>json</c>, messages include their scopes, such as the task's id.
    /// </summary>
    /// <exception cref="StartupException">The format is unknown; the console would use another one.</exception>
    public static void AddLoggingDefaults(this WebApplicationBuilder builder)
    {
        Dictionary<string, string?> levels = new(Levels)
        {
            // A level applies to all categories that start with its name: without a level of their own, ours would have that of Orleans.
            ["Logging:LogLevel:OrleansTasks"] = builder.Configuration[DefaultLevel] ?? Levels[DefaultLevel],
        };
        var format = builder.Configuration[FormatterName] ?? ConsoleFormatterNames.Simple;
        switch (format)
        {
            case ConsoleFormatterNames.Simple:
                builder.Logging.AddSimpleConsole(console =>
                {
                    console.SingleLine = true;
                    console.TimestampFormat = "HH:mm:ss.fff ";
                });
                if (!TelemetryOptions.Read(builder.Configuration).Otlp)
                {
                    // For each request the host would create an activity and a scope, which nobody sees, and which cost 4 % of the rate of reads.
                    levels[Requests] = builder.Configuration[WebLevel] ?? "None";
                }

                break;
            case ConsoleFormatterNames.Json or ConsoleFormatterNames.Systemd:
                levels[IncludeScopes] = "true";
                break;
            default:
                throw new StartupException($"{FormatterName}: unknown format \"{format}\". Known: simple, json, systemd.");
        }

        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = levels });
    }
}
