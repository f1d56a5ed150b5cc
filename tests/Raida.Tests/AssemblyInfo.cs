using Xunit.Sdk;
using Xunit.v3;

// Some of these tests measure the memory of the process: no other test may allocate meanwhile.
[assembly: Parallelization(Mode = ParallelMode.None)]
