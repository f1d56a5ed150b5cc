using Hangfire;
using Raida;

namespace HangfireBaseline;

/// <summary>Passes the process's only client to the jobs.</summary>
internal sealed class EchoJobActivator(RaidaClient client) : JobActivator
{
    public override object ActivateJob(Type jobType) => new EchoJob(client);
}
