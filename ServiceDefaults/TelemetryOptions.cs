namespace OrleansTasks.ServiceDefaults;

/// <summary>The section <c>Telemetry</c> of the configuration, and what the standard variables of OpenTelemetry ask for.</summary>
public sealed class TelemetryOptions
{
    private const string Section = "Telemetry";
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Disabled = "OTEL_SDK_DISABLED";

    /// <summary>Whether <c>/metrics</c> serves the metrics to Prometheus.</summary>
    public bool Prometheus { get; set; }

    /// <summary>Whether metrics, traces and logs are sent to a collector.</summary>
    internal bool Otlp { get; private set; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="StartupException">A setting is unknown, or the collector's address is invalid.</exception>
    /// <exception cref="InvalidOperationException">A value is not of its property's type.</exception>
    internal static TelemetryOptions Read(IConfiguration configuration)
    {
        var options = new TelemetryOptions();
        configuration.GetSection(Section).BindStrictly(options);
        var endpoint = configuration[Endpoint];
        if (string.IsNullOrEmpty(endpoint) || "true".Equals(configuration[Disabled], StringComparison.OrdinalIgnoreCase))
        {
            return options;
        }

        // The SDK would log to nobody, and send to localhost.
        options.Otlp = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? true
            : throw new StartupException($"{Endpoint}: \"{endpoint}\" is not an address such as http://localhost:4317.");
        return options;
    }
}
