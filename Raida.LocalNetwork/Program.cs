using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using Raida.LocalNetwork.CommandLine;

// System.CommandLine handles signals as well, but only once the program waits for something: a signal just after 'Ready' would kill it.
using var stopping = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

var commandLine = LocalNetworkCommand.Create().Parse(args);
if (commandLine.Action is ParseErrorAction parseError)
{
    // The help is longer than a screen, and the error would scroll out of sight.
    parseError.ShowHelp = false;
}

return await commandLine
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }, stopping.Token)
    .ConfigureAwait(false);

void Stop(PosixSignalContext context)
{
    // The program ends in its own time, with its own exit code.
    context.Cancel = true;
    stopping.Cancel();
}
