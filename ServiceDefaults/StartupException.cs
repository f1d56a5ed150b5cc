namespace OrleansTasks.ServiceDefaults;

/// <summary>The program cannot start, for a reason that its operator can fix; the message names the setting and what is wrong with it.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Creates the exception without a reason.</summary>
    public StartupException()
    {
    }

    /// <summary>Creates the exception.</summary>
    public StartupException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    public StartupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
