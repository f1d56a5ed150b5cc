namespace OrleansTasks.Cli;

/// <summary>What scripts learn from the exit code; README.md documents it.</summary>
internal static class ExitCode
{
    /// <summary>Every coin is authentic, or every server replied.</summary>
    public const int Success = 0;

    /// <summary>Wrong arguments, an unreadable file, or a request that the service rejects.</summary>
    public const int Usage = 1;

    /// <summary>Some coin is not authentic, or some server did not reply.</summary>
    public const int SomeNot = 2;

    /// <summary>The task ended in error.</summary>
    public const int TaskFailed = 3;

    /// <summary>The service cannot be reached, or cannot respond now.</summary>
    public const int Unreachable = 4;

    /// <summary>Ctrl+C, as shells report it.</summary>
    public const int Interrupted = 130;
}
