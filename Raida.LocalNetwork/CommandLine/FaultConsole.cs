namespace Raida.LocalNetwork.CommandLine;

/// <summary>Switches faults by lines of text while the network runs.</summary>
internal static class FaultConsole
{
    private const string Command = "fault ";

    /// <summary>Reads lines to the end of the input.</summary>
    /// <param name="input">The lines.</param>
    /// <param name="output">Where each line is confirmed, or answered with what is wrong with it.</param>
    /// <param name="agents">All 25 agents.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>A task that ends with the input.</returns>
    public static async Task RunAsync(
        TextReader input,
        TextWriter output,
        IReadOnlyList<LocalAgent> agents,
        CancellationToken cancellationToken)
    {
        // A read from a terminal or a pipe cannot be cancelled, only left behind.
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
            return $"Not understood: '{line}'. Type for example 'fault 5=down' or 'fault all=none'.";
        }

        try
        {
            var fault = FaultSwitch.Parse(line[Command.Length..].Trim());
            await fault.ApplyAsync(agents, cancellationToken).ConfigureAwait(false);
            return $"Done: {fault}";
        }
        catch (FormatException exception)
        {
            return exception.Message;
        }
        catch (IOException exception)
        {
            return exception.Message;
        }
    }
}
