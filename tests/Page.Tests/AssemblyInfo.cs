using OrleansTasks.Page.Tests;
using Xunit.Sdk;
using Xunit.v3;

// One browser and one service for all tests, some of which take servers down.
[assembly: Parallelization(Mode = ParallelMode.None)]
[assembly: AssemblyFixture(typeof(TestBrowser))]
[assembly: AssemblyFixture(typeof(TestService))]
