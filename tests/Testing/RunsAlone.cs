namespace OrleansTasks.Testing;

/// <summary>Collection of tests that must not run beside others, for example because they count what the whole process holds.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RunsAlone;
