using Hangfire;
using Raida;

namespace HangfireBaseline;

/// <summary>Gives jobs the one client of the process.</summary>
internal sealed class EchoJobActivator(RaidaClient client) : JobActivator
{
    public override object ActivateJob(Type jobType) => new EchoJob(client);
}
