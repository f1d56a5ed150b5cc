using Bench.Load;
using Bench.Micro;
using Bench.Suite;
using BenchmarkDotNet.Running;

switch (args)
{
    case [SuiteCommand.Argument, ..]:
        return await SuiteCommand.RunAsync(args[1..]);
    case [Worker.Argument, ..]:
        return await Worker.RunAsync(args[1..]);
    case [MicroCommand.Argument, ..]:
        return MicroCommand.Run(args[1..]);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(SuiteCommand).Assembly).Run(args);
        return 0;
}
