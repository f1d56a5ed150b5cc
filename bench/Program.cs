using Bench;
using BenchmarkDotNet.Running;

if (args is ["transport", .. var rest])
{
    await TransportComparison.RunAsync(rest);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(CodecBenchmarks).Assembly).Run(args);
}
