namespace OrleansTasks.Gateway.Access;

/// <summary>Who may call the gateway: section <c>Access</c> of the configuration, and of the key file.</summary>
internal sealed class AccessOptions
{
    public const string Section = "Access";

    /// <summary>
    /// A JSON file with more keys, <c>{"Access": {"Keys": {"NAME": {"Hash": "..."}}}}</c>, which is read again when it changes; none by default.
    /// </summary>
    public string? KeysFile { get; set; }

    /// <summary>Without keys, lets the gateway listen on addresses that other machines reach; false by default.</summary>
    public bool AllowAnonymous { get; set; }

    /// <summary>The API keys by the names of their callers: see <see cref="ApiKeys.NameRule"/>.</summary>
    public IDictionary<string, ApiKeyOptions> Keys { get; set; } = new Dictionary<string, ApiKeyOptions>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>One API key.</summary>
internal sealed class ApiKeyOptions
{
    /// <summary>The SHA-256 of the key in UTF-8: 64 hexadecimal digits. A random key of 256 bits needs no salt.</summary>
    public string Hash { get; set; } = "";

    /// <summary>What the caller may do; a caller by default.</summary>
    public CallerRole Role { get; set; }

    /// <summary>The requests per second of this caller, at least 1; those of all callers by default.</summary>
    public int? RequestsPerSecond { get; set; }

    /// <summary>The tasks that may run for this caller, at least 1; those of all callers by default.</summary>
    public int? RunningTasks { get; set; }
}

/// <summary>The roles of callers.</summary>
internal enum CallerRole
{
    /// <summary>Starts tasks, and has access to its own.</summary>
    Caller,

    /// <summary>Has access to the tasks of all callers.</summary>
    Operator,
}
