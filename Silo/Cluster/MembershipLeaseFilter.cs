using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Silo.Cluster;

/// <summary>Makes no call about a task and lets no answer out while the <see cref="MembershipLease"/> is not held; whoever asked asks again.</summary>
internal sealed class MembershipLeaseFilter(MembershipLease lease) : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.Grain is not ITaskGrain)
        {
            await context.Invoke();
            return;
        }

        // Before the call: a start that lay unread while this silo was stopped was made again elsewhere, and may be deleted by now.
        ThrowIfNotHeld();
        await context.Invoke();

        // And after it: while it ran the silo may have been stopped.
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
