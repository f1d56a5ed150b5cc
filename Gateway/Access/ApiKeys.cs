using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.FileProviders.Physical;
using Microsoft.Extensions.Primitives;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Access;

/// <summary>
/// The API keys of the settings and of the key file. They are read again when either changes; if that fails, the keys that were read last stay
/// valid.
/// </summary>
internal sealed partial class ApiKeys : IDisposable
{
    public const string NameRule = "A name has at most 64 ASCII letters, digits, dots, hyphens and underscores, and begins with a letter or digit.";

    private const int MaxNameLength = 64;

    private readonly IConfiguration _settings;
    private readonly ILogger _logger;
    private readonly IDisposable _watched;
    private readonly IDisposable _registration;
    private volatile Key[] _keys;

    /// <exception cref="StartupException">A key is invalid, or the file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A value is not of its setting's type.</exception>
    public ApiKeys(IConfiguration settings, ILogger<ApiKeys> logger)
    {
        (_settings, _logger) = (settings, logger);
        _keys = Read(settings);
        var watched = Build(settings, watch: true);
        _watched = (IDisposable)watched;
        _registration = ChangeToken.OnChange(watched.GetReloadToken, Reload);
    }

    public static bool IsValidName(string name) =>
        name.Length is >= 1 and <= MaxNameLength && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Finds whom a key belongs to. The time that it takes depends on the number of keys only.</summary>
    public ClaimsPrincipal? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        ClaimsPrincipal? found = null;
        foreach (var candidate in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(candidate.Hash, hash) ? candidate.Caller : found;
        }

        return found;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _watched.Dispose();
    }

    private static Key[] Read(IConfiguration settings)
    {
        var options = new AccessOptions();
        try
        {
            var read = Build(settings, watch: false);
            using var disposable = (IDisposable)read;
            read.GetSection(AccessOptions.Section).BindStrictly(options);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{AccessOptions.Section}:{nameof(AccessOptions.KeysFile)}: the keys cannot be read: {exception.GetBaseException().Message}", exception);
        }

        return [.. options.Keys.Select(key => CreateKey(key.Key, key.Value))];
    }

    /// <summary>The settings, and the keys of the file if there is one.</summary>
    private static IConfigurationRoot Build(IConfiguration settings, bool watch)
    {
        var builder = new ConfigurationBuilder().AddConfiguration(settings);
        if (settings[$"{AccessOptions.Section}:{nameof(AccessOptions.KeysFile)}"] is { Length: > 0 } file)
        {
            var path = Path.GetFullPath(file);
            builder.AddJsonFile(json =>
            {
                json.FileProvider = new PhysicalFileProvider(Path.GetDirectoryName(path)!, ExclusionFilters.None);
                json.Path = Path.GetFileName(path);
                json.ReloadOnChange = watch;
                if (watch)
                {
                    // Reload reads the file again, and reports it.
                    json.OnLoadException = static failure => failure.Ignore = true;
                }
            });
        }

        return builder.Build();
    }

    private static Key CreateKey(string name, ApiKeyOptions key)
    {
        var setting = $"{AccessOptions.Section}:{nameof(AccessOptions.Keys)}:{name}";
        if (!IsValidName(name))
        {
            throw new StartupException($"{setting}: invalid name. {NameRule}");
        }

        if (key.Hash.Length != 2 * SHA256.HashSizeInBytes || !key.Hash.All(char.IsAsciiHexDigit))
        {
            throw new StartupException($"{setting}:{nameof(key.Hash)}: the SHA-256 of the key is expected, 64 hexadecimal digits.");
        }

        if (!Enum.IsDefined(key.Role))
        {
            throw new StartupException($"{setting}:{nameof(key.Role)}: {Caller.CallerRoleName} or {Caller.OperatorRoleName} is expected.");
        }

        var role = key.Role == CallerRole.Operator ? Caller.OperatorRoleName : Caller.CallerRoleName;
        return new Key(Convert.FromHexString(key.Hash), Caller.CreatePrincipal(name, AccessControl.ApiKeyScheme,
        [
            new Claim(Caller.RoleClaim, role),
            .. ReadLimit(Caller.RequestsPerSecondClaim, key.RequestsPerSecond, $"{setting}:{nameof(key.RequestsPerSecond)}"),
            .. ReadLimit(Caller.RunningTasksClaim, key.RunningTasks, $"{setting}:{nameof(key.RunningTasks)}"),
        ]));
    }

    private static Claim[] ReadLimit(string claim, int? limit, string setting) => limit switch
    {
        null => [],
        >= 1 => [new Claim(claim, limit.Value.ToString(CultureInfo.InvariantCulture))],
        _ => throw new StartupException($"{setting}: a number of at least 1 is expected."),
    };

    private void Reload()
    {
        try
        {
            _keys = Read(_settings);
            LogRead(_keys.Length);
        }
        catch (Exception exception) when (exception is StartupException or InvalidOperationException)
        {
            LogNotRead(exception.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The API keys were read again: {Keys} keys are valid.")]
    private partial void LogRead(int keys);

    [LoggerMessage(Level = LogLevel.Error, Message = "The API keys could not be read again; the previous ones stay valid. {Reason}")]
    private partial void LogNotRead(string reason);

    private sealed record Key(byte[] Hash, ClaimsPrincipal Caller);
}
