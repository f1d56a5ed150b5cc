namespace OrleansTasks.Client;

/// <summary>Where the service is, and how to call it.</summary>
public sealed class OrleansTasksClientOptions
{
    /// <summary>The address of the service, http or https, with the path under which a proxy publishes it, if any.</summary>
    public Uri Address { get; set; } = new("http://localhost:8004");

    /// <summary>Sent as <c>X-Api-Key</c>; null if the service needs no key.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Sent as <c>Authorization: Bearer</c>; null if the service needs no token.</summary>
    public string? BearerToken { get; set; }

    /// <summary>
    /// How long <see cref="OrleansTasksClient.WaitAsync"/> and <see cref="OrleansTasksClient.WatchAsync"/> keep trying to reconnect to a service that
    /// is unreachable or busy before they throw.
    /// </summary>
    public TimeSpan ReconnectFor { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a stream of events may be silent before it counts as broken. The service sends a comment after 15 s of silence.
    /// </summary>
    public TimeSpan SilenceLimit { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>How long the arrival of a response's body may take. A result of 65,535 coins has 5 MB.</summary>
    internal TimeSpan BodyTimeout { get; set; } = TimeSpan.FromMinutes(2);
}
