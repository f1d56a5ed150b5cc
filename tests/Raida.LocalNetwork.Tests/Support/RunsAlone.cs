namespace Raida.LocalNetwork.Tests.Support;

/// <summary>Tests that do not run beside others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    public const string Name = "Alone";
}
