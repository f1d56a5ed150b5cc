using OrleansTasks.Telemetry.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One cluster for all tests.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(ObservedCluster))]
