using Xunit.Sdk;
using Xunit.v3;

// Most of these tests wait most of the time: more than one for each core. Tests that share a host are in one class.
[assembly: Parallelization(Mode = ParallelMode.Collections, MaxThreads = 4)]
