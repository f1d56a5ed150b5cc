using Xunit.Sdk;
using Xunit.v3;

// Each of these tests starts processes: one after the other, so that two cores do not have to start them all at once.
[assembly: Parallelization(Mode = ParallelMode.None)]
