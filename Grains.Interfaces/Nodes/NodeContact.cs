namespace OrleansTasks.Grains.Nodes;

/// <summary>Whether a server was asked, and whether it answered.</summary>
[GenerateSerializer, Alias("NodeContact")]
public enum NodeContact
{
    /// <summary>It answered: with verdicts, or with an error whatever the coins are.</summary>
    Answered = 0,

    /// <summary>It answered that it does not know one or more of the coins, and says nothing of the others.</summary>
    AnsweredUnknownCoin = 1,

    /// <summary>It was asked, and gave no answer or could not be reached.</summary>
    Silent = 2,

    /// <summary>It was not asked.</summary>
    Untried = 3,

    /// <summary>It answered with an error inside itself, or one without a name here: one of the coins may have caused it.</summary>
    AnsweredInternalError = 4,
}
