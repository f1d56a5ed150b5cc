using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Cluster;

/// <summary>Rejects task calls and replies while the <see cref="MembershipLease"/> has expired; callers retry.</summary>
internal sealed class MembershipLeaseFilter(MembershipLease lease) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is not ITaskGrain)
        {
            await context.Invoke();
            return;
        }

        // Before the call: a start that was queued while this silo was suspended was retried elsewhere, and may be deleted by now.
        ThrowIfNotHeld();
        await context.Invoke();

        // And after it: the silo may have been suspended during the call.
        ThrowIfNotHeld();
    }

    private void ThrowIfNotHeld()
    {
        if (!lease.IsHeld)
        {
            throw new OrleansException("This silo does not know whether it still belongs to the cluster.");
        }
    }
}
