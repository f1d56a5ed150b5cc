using Bench.Load;
using Bench.Suite;
using BenchmarkDotNet.Running;

switch (args)
{
    case [SuiteCommand.Argument, ..]:
        return await SuiteCommand.RunAsync(args[1..]);
    case [Worker.Argument, ..]:
        return await Worker.RunAsync(args[1..]);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SuiteCommand).Assembly).Run(args);
        return 0;
}
