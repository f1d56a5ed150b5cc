namespace OrleansTasks.ServiceDefaults;

/// <summary>What both programs start from.</summary>
public static class ServiceBuilder
{
    /// <summary>A builder with the framework's defaults, the settings in files, and our defaults of logging.</summary>
    /// <exception cref="StartupException">A setting of the log or the telemetry is invalid, or the settings in files cannot be read.</exception>
    public static WebApplicationBuilder Create(string[] args)
    {
        // To read appsettings.json again when it changes, the framework would watch every directory below the current one. The task database
        // is usually there: each of its writes would raise an event.
        var builder = WebApplication.CreateBuilder(["--hostBuilder:reloadConfigOnChange=false", .. args]);
        builder.AddSettingFiles();
        builder.AddLoggingDefaults();
        return builder;
    }
}
