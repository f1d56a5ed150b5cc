namespace OrleansTasks.ServiceDefaults;

/// <summary>The program cannot start, for a reason that its operator can fix; the message names the setting and what is wrong with it.</summary>
public sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);
