using Xunit.Sdk;
using Xunit.v3;

// These tests start processes, and two cores should not have to start many at the same time.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 2)]
