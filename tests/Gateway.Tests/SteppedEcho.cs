using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tests;

/// <summary>An echo whose progress and end are up to the test.</summary>
internal sealed class SteppedEcho : Job<EchoInput>
{
    private readonly Channel<int> _steps = Channel.CreateUnbounded<int>();

    /// <summary>Makes this the echo of a host.</summary>
    public void Replace(WebApplicationBuilder builder) => builder.Services.AddKeyedSingleton<IJob>(typeof(EchoInput), this);

    /// <summary>Reports progress; 100 ends the task.</summary>
    public void Step(int percent) => _steps.Writer.TryWrite(percent);

    protected override async Task<JobOutcome> RunAsync(EchoInput input, IJobProgress progress, CancellationToken cancellationToken)
    {
        for (var percent = 0; percent < 100; percent = await _steps.Reader.ReadAsync(cancellationToken))
        {
            progress.Report(percent, 100, $"At {percent} percent");
        }

        return JobOutcome.Completed(new EchoResult(new bool[25], new int[25]));
    }
}
