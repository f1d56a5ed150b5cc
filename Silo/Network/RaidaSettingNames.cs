using OrleansTasks.Gateway.Hosting;

namespace OrleansTasks.Silo.Network;

/// <summary>
/// Finds settings of the network that are none. A name that is typed wrongly would be ignored, and the silo would ask the local network
/// instead of the real one, or send authenticity numbers in clear.
/// </summary>
internal static class RaidaSettingNames
{
    private const string EnvironmentPrefix = $"{RaidaSettings.Section}__";

    private static readonly HashSet<string> SingleValues = new(
        [
            RaidaSettings.CoinIdKey,
            KeyCoinSetting.FileKey,
            KeyCoinSetting.CoinKey,
            .. typeof(ServerTimeoutOptions).GetProperties().Select(property => $"{RaidaSettings.Section}:{property.Name}"),
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Looks through the names of section <c>Raida</c>.</summary>
    /// <param name="configuration">The host's configuration.</param>
    /// <exception cref="StartupException">One is no setting, or has another form than that setting; no value is repeated.</exception>
    public static void ThrowIfUnknown(IConfiguration configuration)
    {
        foreach (var entry in configuration.GetSection(RaidaSettings.Section).GetChildren())
        {
            if (RaidaSettings.ServersKey.Equals(entry.Path, StringComparison.OrdinalIgnoreCase))
            {
                if (!string.IsNullOrEmpty(entry.Value))
                {
                    throw new StartupException(
                        $"{entry.Path} is a list: {entry.Path}:0 is expected, and so on, or {EnvironmentPrefix}Servers__0 in the environment.");
                }
            }
            else if (!SingleValues.Contains(entry.Path))
            {
                throw new StartupException(
                    $"{entry.Path} is no setting. There are {RaidaSettings.ServersKey}:0 to 24, {string.Join(", ", SingleValues)}.");
            }
            else if (entry.GetChildren().Any())
            {
                throw new StartupException($"{entry.Path} is one value, and has parts here.");
            }
        }

        if (configuration.GetChildren().FirstOrDefault(IsWrittenAsVariable) is { } variable)
        {
            throw new StartupException(
                $"{variable.Key} is a name for the environment. Elsewhere it is {variable.Key.Replace("__", ":", StringComparison.Ordinal)}.");
        }
    }

    private static bool IsWrittenAsVariable(IConfigurationSection entry) =>
        entry.Key.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase);
}
