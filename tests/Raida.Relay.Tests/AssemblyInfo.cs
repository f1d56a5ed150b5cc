using Xunit.Sdk;
using Xunit.v3;

// Tests send bursts and measure deadlines, so they do not run in parallel.
[assembly: Parallelization(Mode = ParallelMode.None)]
