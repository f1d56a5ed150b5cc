using Xunit.Sdk;
using Xunit.v3;

// Some of these tests measure time: they must not share two cores with each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
