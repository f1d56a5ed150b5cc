namespace Raida.Protocol;

/// <summary>The commands of this client: command group in the high byte, command in the low one.</summary>
public enum RaidaCommand : ushort
{
    /// <summary>Is the server up? Group 0, command 0; no payload.</summary>
    Echo = 0x0000,

    /// <summary>Which version does the server run? Group 0, command 1; no payload, answered with a text.</summary>
    Version = 0x0001,

    /// <summary>Are these coins authentic? Group 1, command 10; 21 bytes a coin.</summary>
    Detect = 0x010A,
}
