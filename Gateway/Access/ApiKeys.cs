using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
    private readonly string? _file;
    private readonly PhysicalFileProvider? _directory;
    private readonly IDisposable? _watch;
    private volatile Key[] _keys;

    /// <exception cref="StartupException">A key is invalid, or the file cannot be read.</exception>
    /// <exception cref="InvalidOperationException">A value is not of its setting's type.</exception>
    public ApiKeys(IConfiguration settings, ILogger<ApiKeys> logger)
    {
        (_settings, _logger) = (settings, logger);
        _file = settings[$"{AccessOptions.Section}:{nameof(AccessOptions.KeysFile)}"] is { Length: > 0 } file ? Path.GetFullPath(file) : null;
        _keys = Read();
        if (_file is not null)
        {
            // Every 4 s. Otherwise every directory below the file's would be watched, as for appsettings.json (see ServiceBuilder).
            _directory = new PhysicalFileProvider(Path.GetDirectoryName(_file)!, ExclusionFilters.None)
            {
                UsePollingFileWatcher = true,
                UseActivePolling = true,
            };
            _watch = ChangeToken.OnChange(() => _directory.Watch(Path.GetFileName(_file)), Reload);
        }
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
        _watch?.Dispose();
        _directory?.Dispose();
    }

    /// <summary>Reads the keys in the settings, and those in the file if there is one.</summary>
    private Key[] Read()
    {
        var options = new AccessOptions();
        try
        {
            var builder = new ConfigurationBuilder().AddConfiguration(_settings);
            using var file = _file is null ? null : File.OpenRead(_file);
            if (file is not null)
            {
                builder.AddJsonStream(file);
            }

            using var settings = (ConfigurationRoot)builder.Build();
            settings.GetSection(AccessOptions.Section).BindStrictly(options);
        }
        catch (Exception exception) when (exception is JsonException or FormatException or IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"{AccessOptions.Section}:{nameof(AccessOptions.KeysFile)}: the keys cannot be read: {exception.GetBaseException().Message}", exception);
        }

        return [.. options.Keys.Select(key => CreateKey(key.Key, key.Value))];
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
            _keys = Read();
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
