namespace Raida.CoinFiles;

/// <summary>Tells by a file's first bytes what form it has.</summary>
internal static class CoinFileForms
{
    /// <summary>How many of a file's first bytes it takes to tell.</summary>
    public const int HeadLength = 3;

    private const byte Tab = (byte)'\t';

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Tells what form a file has.</summary>
    /// <param name="head">Its first three bytes, or all that it has.</param>
    /// <returns>The form.</returns>
    public static CoinFileForm Recognise(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
        {
            return CoinFileForm.Unknown;
        }

        if (head[0] == CoinBinaryHeader.Format && !IsIndented(head))
        {
            return CoinFileForm.Binary;
        }

        return head[0] == '{' || WhiteSpace.Contains(head[0]) || head.StartsWith(ByteOrderMark)
            ? CoinFileForm.Json
            : CoinFileForm.Unknown;
    }

    // The format's number, 9, is a tab as well. In a binary file the third byte is the coin id's first one, which is 0.
    private static bool IsIndented(ReadOnlySpan<byte> head) => head.Length > 1
        && head[0] == Tab
        && (head[1] == '{' ? head.Length == 2 || head[2] != 0 : WhiteSpace.Contains(head[1]) && (head.Length == 2 || IsTextual(head[2])));

    private static bool IsTextual(byte value) => value == '{' || WhiteSpace.Contains(value);
}
