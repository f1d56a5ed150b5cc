using System.CommandLine;
using System.CommandLine.Invocation;
using Raida.LocalNetwork.CommandLine;

using var signals = new TerminationSignals();
var commandLine = LocalNetworkCommand.Create(LocalNetworkRunner.RunAsync).Parse(args);
if (commandLine.Action is ParseErrorAction parseError)
{
    // The help is longer than a screen and would push the error out of sight.
    parseError.ShowHelp = false;
}

var invocation = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await commandLine.InvokeAsync(invocation, signals.Received).ConfigureAwait(false);
