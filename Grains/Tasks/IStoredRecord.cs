namespace OrleansTasks.Grains.Tasks;

/// <summary>What a grain stores. It can be told that what is stored cannot be read, so that the grain decides what that means.</summary>
public interface IStoredRecord
{
    /// <summary>What is wrong with what is stored, without any of its content; null when it was read. It is not stored itself.</summary>
    string? Damage { get; set; }

    /// <summary>About how many bytes it takes when it is stored, rather more than too few; it is not stored itself.</summary>
    long StoredLength { get; }

    /// <summary>
    /// Whether its grain changes it in place. Where it does not, but replaces it, storage may read it while the grain goes on.
    /// </summary>
    bool IsChangedInPlace { get; }
}
