using System.CommandLine.Invocation;
using OrleansTasks.Cli.Commands;

var commandLine = RaidaCommand.Create().Parse(args);
if (commandLine.Action is ParseErrorAction parseError)
{
    // The help would push the error out of sight.
    parseError.ShowHelp = false;
}

return await commandLine.InvokeAsync().ConfigureAwait(false);
