using System.Collections.Concurrent;
using Raida.Coins;

namespace Raida.LocalNetwork.Store;

/// <summary>The coins of one denomination. Reads take no lock; a coin that was added or set goes before a generated one.</summary>
internal sealed class DenominationCoins(Denomination denomination)
{
    private readonly Lock _writing = new();

    // Each value is a coin's 25 ANs; never changed in place, since agents read it meanwhile.
    private readonly ConcurrentDictionary<uint, ReadOnlyMemory<byte>> _explicitCoins = new();

    private volatile GeneratedRange[] _ranges = [];

    public void AddGenerated(uint firstSerialNumber, int count)
    {
        lock (_writing)
        {
            _ranges = [.. _ranges, new GeneratedRange(denomination, firstSerialNumber, count)];
        }
    }

    public void Add(uint serialNumber, ReadOnlyMemory<byte> authenticityNumbers)
    {
        lock (_writing)
        {
            _explicitCoins[serialNumber] = authenticityNumbers;
        }
    }

    public bool TrySet(int raida, uint serialNumber, ReadOnlySpan<byte> authenticityNumber)
    {
        lock (_writing)
        {
            var changed = new byte[AuthenticityNumber.LengthOfAll];
            if (!TryCopyAll(serialNumber, changed))
            {
                return false;
            }

            authenticityNumber.CopyTo(changed.AsSpan(raida * AuthenticityNumber.Length));
            _explicitCoins[serialNumber] = changed;
            return true;
        }
    }

    public bool Contains(uint serialNumber) =>
        _explicitCoins.ContainsKey(serialNumber) || Array.Exists(_ranges, range => range.Contains(serialNumber));

    public bool TryGetAuthenticityNumber(int raida, uint serialNumber, out ReadOnlySpan<byte> authenticityNumber)
    {
        if (_explicitCoins.TryGetValue(serialNumber, out var secrets))
        {
            authenticityNumber = secrets.Span.Slice(raida * AuthenticityNumber.Length, AuthenticityNumber.Length);
            return true;
        }

        foreach (var range in _ranges)
        {
            if (range.TryGetAuthenticityNumber(raida, serialNumber, out authenticityNumber))
            {
                return true;
            }
        }

        authenticityNumber = default;
        return false;
    }

    public bool TryCopyAll(uint serialNumber, Span<byte> destination)
    {
        // One look-up, so that a coin that is set meanwhile is copied wholly as it was or as it is.
        if (_explicitCoins.TryGetValue(serialNumber, out var secrets))
        {
            secrets.Span.CopyTo(destination);
            return true;
        }

        if (!Array.Exists(_ranges, range => range.Contains(serialNumber)))
        {
            return false;
        }

        GeneratedCoins.WriteAuthenticityNumbers(denomination, serialNumber, destination);
        return true;
    }
}
