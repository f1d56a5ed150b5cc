namespace OrleansTasks.Grains.Tasks;

/// <summary>What a grain stores. Its serializer reports damage in it, so the grain decides what that means.</summary>
public interface IStoredRecord
{
    /// <summary>Why the stored record cannot be read, without any of its content; null when it was read. Not stored itself.</summary>
    string? Damage { get; set; }
}
