using System.Collections.Concurrent;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Testing;

/// <summary>
/// Storage that all silos of a test share: keeps states as bytes, counts writes, checks ETags, and can be delayed or fail.
/// </summary>
public sealed class RecordingStorage
{
    private readonly ConcurrentDictionary<string, (byte[] Bytes, string ETag)> _states = new();
    private int _writes;
    private int _waiting;

    public int Writes => Volatile.Read(ref _writes);

    /// <summary>The number of writes waiting for their gate.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Writes that begin from now on complete after this task.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Makes every write fail.</summary>
    public bool Fails { get; set; }

    /// <summary>Makes every read fail.</summary>
    public bool FailsReads { get; set; }

    /// <summary>Removes all states, as if they had expired.</summary>
    public void Clear() => _states.Clear();

    public byte[]? GetStored(Guid taskId) =>
        _states.FirstOrDefault(state => state.Key.Contains(taskId.ToString("N"), StringComparison.OrdinalIgnoreCase)).Value.Bytes;

    /// <summary>Whether any stored state contains these bytes.</summary>
    public bool Holds(byte[] bytes) => _states.Values.Any(state => state.Bytes.AsSpan().IndexOf(bytes) >= 0);

    public IGrainStorage CreateProvider(IServiceProvider services) =>
        new Provider(this, (Serializer)services.GetService(typeof(Serializer))!);

    /// <summary>An exception that Orleans cannot serialize.</summary>
    private sealed class StorageException(string message) : Exception(message);

    private sealed class Provider(RecordingStorage storage, Serializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (storage.FailsReads)
            {
                throw new StorageException("The disk cannot be read.");
            }

            if (storage._states.TryGetValue(grainId.ToString(), out var stored))
            {
                grainState.State = serializer.Deserialize<T>(stored.Bytes)!;
                grainState.ETag = stored.ETag;
                grainState.RecordExists = true;
            }
            else
            {
                Reset(grainState);
            }

            return Task.CompletedTask;
        }

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            if (grainState.State is TaskListRecord)
            {
                // Lists are written a second after a change: tests of tasks do not count them.
                var listETag = Guid.NewGuid().ToString();
                lock (storage._states)
                {
                    ThrowIfChanged(grainId, grainState.ETag);
                    storage._states[grainId.ToString()] = (serializer.SerializeToArray(grainState.State), listETag);
                }

                grainState.ETag = listETag;
                grainState.RecordExists = true;
                return;
            }

            Interlocked.Increment(ref storage._waiting);
            await storage.Gate;
            Interlocked.Decrement(ref storage._waiting);
            if (storage.Fails)
            {
                throw new StorageException("The disk is full.");
            }

            lock (storage._states)
            {
                ThrowIfChanged(grainId, grainState.ETag);
                var etag = (++storage._writes).ToString(System.Globalization.CultureInfo.InvariantCulture);
                storage._states[grainId.ToString()] = (serializer.SerializeToArray(grainState.State), etag);
                grainState.ETag = etag;
            }

            grainState.RecordExists = true;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            lock (storage._states)
            {
                ThrowIfChanged(grainId, grainState.ETag);
                storage._states.TryRemove(grainId.ToString(), out _);
            }

            Reset(grainState);
            return Task.CompletedTask;
        }

        private static void Reset<T>(IGrainState<T> grainState)
        {
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        private void ThrowIfChanged(GrainId grainId, string? etag)
        {
            var stored = storage._states.TryGetValue(grainId.ToString(), out var state) ? state.ETag : null;
            if (stored != etag)
            {
                throw new InconsistentStateException("Somebody else wrote.", stored, etag);
            }
        }
    }
}
