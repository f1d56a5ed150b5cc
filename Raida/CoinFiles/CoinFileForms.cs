namespace Raida.CoinFiles;

/// <summary>The forms of coin files.</summary>
internal enum CoinFileForm
{
    /// <summary>Neither binary nor JSON.</summary>
    Unknown,

    /// <summary>Binary, format 9.</summary>
    Binary,

    /// <summary>JSON, with either name of the list.</summary>
    Json,
}

/// <summary>Recognises the form of a coin file by its first bytes.</summary>
internal static class CoinFileForms
{
    /// <summary>How many of a file's first bytes are needed.</summary>
    public const int HeadLength = 3;

    private const byte Tab = (byte)'\t';

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Recognises a file's form.</summary>
    /// <param name="head">The first three bytes, or all bytes of a shorter file.</param>
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

    // The format's number, 9, is also a tab. The third byte of a binary file is the first one of the coin id, which is 0.
    private static bool IsIndented(ReadOnlySpan<byte> head) => head.Length > 1
        && head[0] == Tab
        && (head[1] == '{' ? head.Length == 2 || head[2] != 0 : WhiteSpace.Contains(head[1]) && (head.Length == 2 || IsTextual(head[2])));

    private static bool IsTextual(byte value) => value == '{' || WhiteSpace.Contains(value);
}
