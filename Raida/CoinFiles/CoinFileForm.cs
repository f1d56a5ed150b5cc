namespace Raida.CoinFiles;

/// <summary>The forms of coin files, told apart by how they begin.</summary>
internal enum CoinFileForm
{
    /// <summary>None of them.</summary>
    Unknown,

    /// <summary>Binary, format 9.</summary>
    Binary,

    /// <summary>JSON of either form.</summary>
    Json,
}
