namespace OrleansTasks.Gateway.Hosting;

/// <summary>The process cannot start, for a reason that its operator can mend: the message says what and where.</summary>
public sealed class StartupException : Exception
{
    /// <summary>Creates the exception without a reason.</summary>
    public StartupException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, naming the setting.</param>
    public StartupException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What is wrong, naming the setting.</param>
    /// <param name="innerException">What told so.</param>
    public StartupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
