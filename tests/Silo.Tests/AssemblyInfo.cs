using Xunit.Sdk;
using Xunit.v3;

// Most of these tests start processes, and two cores should not have to start many at the same time.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
