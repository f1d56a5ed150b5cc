using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansTasks.Cli.Commands;
using OrleansTasks.Client;

namespace OrleansTasks.Cli.Output;

/// <summary>The options of commands that print a task.</summary>
internal sealed class ResultFormat
{
    public Option<bool> Json { get; } = RaidaCommand.CreateJsonOption();

    public Option<bool> Csv { get; } = new("--csv") { Description = "Print the coins as CSV: sn,pownstring,result." };

    public Option<CoinGrade?> Only { get; } = new("--only") { Description = "Print only the coins of this grade." };

    public void Validate(CommandResult result)
    {
        if (result.GetValue(Json) && result.GetValue(Csv))
        {
            result.AddError("Only one of --json and --csv can be given.");
        }
    }
}
