using Xunit.Sdk;
using Xunit.v3;

// Bursts and deadlines are measured: tests do not share two cores with each other.
[assembly: Parallelization(Mode = ParallelMode.None)]
