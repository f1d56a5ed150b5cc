using System.CommandLine;
using System.CommandLine.Invocation;
using OrleansTasks.Cli.Commands;

var commandLine = RaidaCommand.Create().Parse(args);
if (commandLine.Action is ParseErrorAction parseError)
{
    // The help would push the error out of sight.
    parseError.ShowHelp = false;
}

// The default is 2 s. On a slow machine, the program would end before it has printed what happens to the task.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(10) };
return await commandLine.InvokeAsync(configuration).ConfigureAwait(false);
