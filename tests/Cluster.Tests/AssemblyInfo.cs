using Xunit.Sdk;
using Xunit.v3;

// A cluster is up to seven processes: one cluster at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
