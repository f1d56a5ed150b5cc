namespace OrleansTasks.ServiceDefaults;

/// <summary>
/// Settings in files, for secrets that must be neither on a command line nor in the environment: a directory with a file for each setting, which has
/// the name of its variable.
/// </summary>
public static class SettingFiles
{
    /// <summary>The setting of the directory.</summary>
    public const string DirectoryKey = "SettingsDirectory";

    /// <summary>Adds the files, if a directory is configured, above every other source of configuration.</summary>
    /// <exception cref="StartupException">The directory or a file cannot be read.</exception>
    public static WebApplicationBuilder AddSettingFiles(this WebApplicationBuilder builder)
    {
        var directory = builder.Configuration[DirectoryKey];
        if (string.IsNullOrEmpty(directory))
        {
            return builder;
        }

        try
        {
            builder.Configuration.AddKeyPerFile(Path.GetFullPath(directory));
            return builder;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{DirectoryKey}: the settings in {directory} cannot be read: {exception.Message}", exception);
        }
    }
}
