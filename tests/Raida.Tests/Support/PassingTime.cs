using Microsoft.Extensions.Time.Testing;

namespace Raida.Tests.Support;

/// <summary>Advances a fake clock like a real one: in steps, with every timer on time.</summary>
internal static class PassingTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

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
        /// Advances the clock and waits until its timers have fired: if another thread sets a timer at the same moment, that thread fires
        /// them, and the clock could be many steps ahead by then.
        /// </summary>
        private void PassStep(TimeSpan step)
        {
            using var hasFired = new ManualResetEventSlim();
            using var last = time.CreateTimer(_ => hasFired.Set(), null, step, Timeout.InfiniteTimeSpan);
            time.Advance(step);
            if (!hasFired.Wait(Eventually.DefaultTimeout, TestContext.Current.CancellationToken))
            {
                throw new TimeoutException("Timed out waiting for timers to fire.");
            }
        }
    }
}
