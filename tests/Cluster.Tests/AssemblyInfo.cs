using Xunit.Sdk;
using Xunit.v3;

// A cluster is up to seven processes, which mostly wait: two clusters at the same time.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
