using Microsoft.Extensions.Time.Testing;

namespace Raida.Tests.Support;

/// <summary>Lets a test's time pass as the real one does: step by step, with every timer in time.</summary>
internal static class PassingTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    extension(FakeTimeProvider time)
    {
        public void Pass(TimeSpan span)
        {
            for (; span > Step; span -= Step)
            {
                time.PassStep(Step);
            }

            time.PassStep(span);
        }

        /// <summary>
        /// Waits until the timers have gone off: where another thread sets one in the same moment, that thread has them go off, and the
        /// clock may be many steps ahead by then.
        /// </summary>
        private void PassStep(TimeSpan step)
        {
            using var hasGoneOff = new ManualResetEventSlim();
            using var last = time.CreateTimer(_ => hasGoneOff.Set(), null, step, Timeout.InfiniteTimeSpan);
            time.Advance(step);
            if (!hasGoneOff.Wait(Patience, TestContext.Current.CancellationToken))
            {
                throw new TimeoutException("Waited in vain for timers to go off.");
            }
        }
    }
}
