namespace OrleansTasks.Gateway.Hosting;

/// <summary>Finds settings that are none: a name that is typed wrongly would be ignored, and the default hold without a word.</summary>
public static class SettingNames
{
    /// <summary>Looks through the names of a section.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <param name="section">The section, which holds settings of ours alone.</param>
    /// <param name="names">The names of its settings that no class of options has.</param>
    /// <param name="options">The classes whose properties that can be set are its settings.</param>
    /// <exception cref="StartupException">One is no setting; its value is not repeated.</exception>
    public static void ThrowIfUnknown(IConfiguration configuration, string section, IEnumerable<string> names, params Type[] options)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        HashSet<string> known = new(
            options.SelectMany(type => type.GetProperties()).Where(property => property.CanWrite).Select(property => property.Name).Concat(names),
            StringComparer.OrdinalIgnoreCase);
        if (configuration.GetSection(section).GetChildren().FirstOrDefault(entry => !known.Contains(entry.Key)) is { } unknown)
        {
            throw new StartupException($"{unknown.Path} is no setting. There are {section}:{string.Join($", {section}:", known)}.");
        }
    }
}
