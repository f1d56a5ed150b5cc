using System.CommandLine.Invocation;
using Raida.LocalNetwork.CommandLine;

var commandLine = LocalNetworkCommand.Create(LocalNetworkRunner.RunAsync).Parse(args);
if (commandLine.Action is ParseErrorAction parseError)
{
    // The help is longer than a screen and would push the error out of sight.
    parseError.ShowHelp = false;
}

return await commandLine.InvokeAsync().ConfigureAwait(false);
