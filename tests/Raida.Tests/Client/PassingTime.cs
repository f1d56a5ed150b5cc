using Microsoft.Extensions.Time.Testing;

namespace Raida.Tests.Client;

/// <summary>Lets a test's time pass as the real one does: step by step, with every timer in time.</summary>
internal static class PassingTime
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    extension(FakeTimeProvider time)
    {
        public void Pass(TimeSpan span)
        {
            for (; span > Step; span -= Step)
            {
                time.Advance(Step);
            }

            time.Advance(span);
        }
    }
}
