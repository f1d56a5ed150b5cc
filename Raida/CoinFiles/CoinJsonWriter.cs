using System.Text.Json;
using Raida.Coins;

namespace Raida.CoinFiles;

/// <summary>Writes coins as a JSON coin file, <c>{"coins": [...]}</c>, for people to read as well as for programs.</summary>
public static class CoinJsonWriter
{
    private const int FlushThreshold = 64 * 1024;

    private static readonly JsonWriterOptions Options = new() { Indented = true, NewLine = "\n" };

    /// <summary>Writes the coins with their secrets, flushes the stream and leaves it open. Few of the coins are held as text at a time.</summary>
    /// <param name="destination">The stream.</param>
    /// <param name="coins">The coins.</param>
    /// <param name="note">Returns the text of the member <c>note</c>, which readers ignore, by the coin's index; null for a coin without one.</param>
    /// <param name="cancellationToken">Cancels the write; the file is then incomplete.</param>
    public static async Task WriteAsync(
        Stream destination,
        CoinList coins,
        Func<int, string?>? note,
        CancellationToken cancellationToken)
    {
        var writer = new Utf8JsonWriter(destination, Options);
        await using (writer.ConfigureAwait(false))
        {
            writer.WriteStartObject();
            writer.WriteStartArray(CoinJsonForm.Current.List);
            for (var i = 0; i < coins.Count; i++)
            {
                Write(writer, coins[i], note?.Invoke(i));
                if (writer.BytesPending >= FlushThreshold)
                {
                    await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
            await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static void Write(Utf8JsonWriter writer, Coin coin, string? note)
    {
        writer.WriteStartObject();
        writer.WriteNumber(CoinJsonForm.SerialNumber, coin.SerialNumber);
        writer.WriteNumber(CoinJsonForm.Denomination, coin.Denomination.Code);
        if (note is not null)
        {
            writer.WriteString(CoinJsonForm.Note, note);
        }

        if (coin.EarlierPownstring is { } pownstring)
        {
            Span<byte> letters = stackalloc byte[RaidaNetwork.NodeCount];
            pownstring.WriteLetters(letters);
            writer.WriteString(CoinJsonForm.Current.Pownstring, letters);
        }

        writer.WriteStartArray(CoinJsonForm.Current.AuthenticityNumbers);
        Span<byte> digits = stackalloc byte[2 * AuthenticityNumber.Length];
        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            Convert.TryToHexStringLower(coin.GetAuthenticityNumber(raida), digits, out _);
            writer.WriteStringValue(digits);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
