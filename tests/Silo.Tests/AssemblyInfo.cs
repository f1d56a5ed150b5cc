using Xunit.Sdk;
using Xunit.v3;

// Most of these tests start processes: in sequence, so that two cores do not have to start all of them at once.
[assembly: Parallelization(Mode = ParallelMode.None)]
