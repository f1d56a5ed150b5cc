namespace OrleansTasks.Grains.Nodes;

/// <summary>Whether a server is asked.</summary>
public enum NodeState
{
    /// <summary>It has neither answered nor been given up yet.</summary>
    Unknown,

    /// <summary>It has answered, and is asked.</summary>
    Up,

    /// <summary>It failed several times in a row, and is not asked until a probe has found it again.</summary>
    Down,

    /// <summary>Some silos ask it and others do not. A silo alone never says so.</summary>
    Mixed,
}
