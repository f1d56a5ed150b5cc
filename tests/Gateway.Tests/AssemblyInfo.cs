using Xunit.Sdk;
using Xunit.v3;

// Some of these tests change the servers of the host that they share, and each host has two cores to itself.
[assembly: Parallelization(Mode = ParallelMode.None)]
