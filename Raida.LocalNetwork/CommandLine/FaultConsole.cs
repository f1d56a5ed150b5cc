namespace Raida.LocalNetwork.CommandLine;

/// <summary>Changes faults by lines of text while the network runs.</summary>
internal static class FaultConsole
{
    private const string Command = "fault ";

    /// <summary>Reads lines to the end of the input, and confirms each one or writes what is wrong with it.</summary>
    public static async Task RunAsync(
        TextReader input,
        TextWriter output,
        IReadOnlyList<LocalAgent> agents,
        CancellationToken cancellationToken)
    {
        // A read from a terminal or a pipe cannot be cancelled, only abandoned.
        while (await input.ReadLineAsync(cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                await output.WriteLineAsync(await ExecuteAsync(line.Trim(), agents, cancellationToken).ConfigureAwait(false))
                    .ConfigureAwait(false);
            }
        }
    }

    private static async Task<string> ExecuteAsync(string line, IReadOnlyList<LocalAgent> agents, CancellationToken cancellationToken)
    {
        if (!line.StartsWith(Command, StringComparison.Ordinal))
        {
            return $"Unknown command: '{line}'. Type for example 'fault 5=down' or 'fault all=none'.";
        }

        try
        {
            var fault = FaultSwitch.Parse(line[Command.Length..].Trim());
            await fault.ApplyAsync(agents, cancellationToken).ConfigureAwait(false);
            return $"Done: {fault}";
        }
        catch (Exception exception) when (exception is FormatException or IOException)
        {
            return exception.Message;
        }
    }
}
