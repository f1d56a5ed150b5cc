using Xunit.Sdk;
using Xunit.v3;

// One of these tests counts what the process holds on to: no other may allocate meanwhile.
[assembly: Parallelization(Mode = ParallelMode.None)]
