using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks.Client;
using Spectre.Console;

namespace OrleansTasks.Cli.Commands;

/// <summary>The program's command line.</summary>
internal static class RaidaCommand
{
    private const int UnlimitedWidth = 10_000;

    public static RootCommand Create() => new(
        """
        Checks RAIDA servers and the authenticity of coins, through an OrleansTasks service.

        Exit codes: 0 every coin is authentic (fracked ones are) or every server replied; 1 wrong arguments or a rejected request;
        2 some coins are not authentic or some servers did not reply; 3 the task ended in error; 4 the service is unreachable.
        """)
    {
        Connection.Url,
        Connection.ApiKey,
        EchoCommand.Create(),
        DetectCommand.Create(),
        TaskCommand.Create(),
        TasksCommand.Create(),
        ServersCommand.Create(),
        CompletionCommand.Create(),
    };

    public static Option<bool> CreateJsonOption() => new("--json")
    {
        Description = "Print JSON, one object per line, with the members of the HTTP interface.",
    };

    /// <summary>Sets what a command does with a client, and reports errors in one line.</summary>
    public static void SetClientAction(this Command command, Func<Invocation, CancellationToken, Task<int>> run) => command.SetAction(
        async (arguments, cancellationToken) =>
        {
            try
            {
                await using var services = Connection.CreateServices(arguments);
                var console = AnsiConsole.Create(new AnsiConsoleSettings());
                if (!console.Profile.Out.IsTerminal)
                {
                    // Where nobody has set a width, lines are not wrapped.
                    console.Profile.Width = UnlimitedWidth;
                }

                return await run(new(arguments, services.GetRequiredService<OrleansTasksClient>(), console), cancellationToken);
            }
            catch (OrleansTasksException exception)
            {
                var isRejection = exception is { IsTransient: false, StatusCode: >= System.Net.HttpStatusCode.BadRequest and < System.Net.HttpStatusCode.InternalServerError }
                    && exception.Code != OrleansTasksException.UnexpectedResponse;
                return Report(exception.Message, isRejection ? ExitCode.Usage : ExitCode.Unreachable);
            }
            catch (Exception exception) when (exception is UsageException or OptionsValidationException or IOException or UnauthorizedAccessException)
            {
                return Report(exception.Message, ExitCode.Usage);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Interrupted;
            }
        });

    private static int Report(string message, int exitCode)
    {
        Console.Error.WriteLine($"raida: {Output.PlainText.Clean(message)}");
        return exitCode;
    }
}

/// <summary>What a command needs to run.</summary>
internal sealed record Invocation(ParseResult Arguments, OrleansTasksClient Client, IAnsiConsole Console)
{
    /// <summary>Whether output can be redrawn in place.</summary>
    public bool IsLive => Console.Profile.Capabilities.Ansi && Console.Profile.Out.IsTerminal;
}
