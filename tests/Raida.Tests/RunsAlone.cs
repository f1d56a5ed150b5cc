namespace Raida.Tests;

/// <summary>Tests that do not run beside others, as they count what the whole process holds.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "Alone";
}
