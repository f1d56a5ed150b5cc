using Xunit.Sdk;
using Xunit.v3;

// A cluster is six processes: one at a time.
[assembly: Parallelization(Mode = ParallelMode.None)]
