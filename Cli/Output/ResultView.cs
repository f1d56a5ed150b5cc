using System.Globalization;
using OrleansTasks.Cli.Commands;
using OrleansTasks.Client;
using Spectre.Console;

namespace OrleansTasks.Cli.Output;

/// <summary>Prints a task, and says what it means for scripts.</summary>
internal static class ResultView
{
    /// <summary>The value of a coin of denomination 0 in the units of totals.</summary>
    private const decimal UnitsPerCloudCoin = 100_000_000;

    private const int ServerCount = 25;

    public static int GetExitCode(RaidaTask task) => task switch
    {
        { Status: RaidaTaskStatus.Error } => ExitCode.TaskFailed,
        { Data: EchoResult { Online: < ServerCount } } => ExitCode.SomeNot,
        { Data: DetectResult result } when !result.Coins.All(coin => coin.Result is CoinGrade.Authentic or CoinGrade.Fracked) => ExitCode.SomeNot,
        _ => ExitCode.Success,
    };

    public static void Print(Invocation invocation, RaidaTask task, ResultFormat format)
    {
        var arguments = invocation.Arguments;
        if (task.Data is DetectResult detect && arguments.GetValue(format.Only) is { } grade)
        {
            task = task with { Data = detect with { Coins = [.. detect.Coins.Where(coin => coin.Result == grade)] } };
        }

        if (arguments.GetValue(format.Json))
        {
            PlainText.WriteJson(task);
        }
        else if (arguments.GetValue(format.Csv))
        {
            PrintCsv(task);
        }
        else
        {
            PrintText(invocation.Console, task);
        }
    }

    private static void PrintCsv(RaidaTask task)
    {
        if (task.Data is not DetectResult result)
        {
            throw new UsageException($"There are no coins to print as CSV: {task.Message}");
        }

        Console.Out.WriteLine("sn,pownstring,result");
        foreach (var coin in result.Coins)
        {
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{coin.SerialNumber},{coin.Pownstring},{coin.Result}"));
        }
    }

    private static void PrintText(IAnsiConsole console, RaidaTask task)
    {
        switch (task.Data)
        {
            case EchoResult echo:
                console.Write(ServerViews.CreateGrid(raida => echo.Pownstring[raida] == 'p'
                    ? ($"{echo.Latencies[raida]} ms", Color.Green)
                    : ("no reply", Color.Red)));
                console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{echo.Online} of {ServerCount} servers replied."));
                break;
            case DetectResult detect:
                PrintCoins(console, detect);
                break;
            default:
                console.WriteLine($"{task.Status} ({task.Progress} %): {PlainText.Clean(task.Message)}");
                break;
        }

        console.WriteLine($"Task {task.Id}");
    }

    private static void PrintCoins(IAnsiConsole console, DetectResult result)
    {
        var coins = new Table().SimpleBorder().AddColumns("Serial number", "Servers 0 to 24", "Grade");
        foreach (var coin in result.Coins)
        {
            coins.AddRow(
                new Text(coin.SerialNumber.ToString(CultureInfo.InvariantCulture)),
                new Text(PlainText.Clean(coin.Pownstring)),
                new Text($"{coin.Result}", GetColor(coin.Result)));
        }

        console.Write(coins);
        foreach (var detail in result.Details ?? [])
        {
            console.WriteLine(PlainText.Clean(detail));
        }

        var totals = new (string Name, long Value)[]
        {
            ("authentic", result.TotalAuthentic),
            ("fracked", result.TotalFracked + result.TotalAlreadyFracked),
            ("counterfeit", result.TotalCounterfeit),
            ("in limbo", result.TotalLimbo + result.TotalAlreadyLimbo),
            ("without a grade", result.TotalErrors),
        };
        console.WriteLine($"{Format(result.TotalCoins)} CloudCoin: "
            + string.Join(", ", totals.Where(total => total.Value > 0).Select(total => $"{Format(total.Value)} {total.Name}")));
    }

    private static string Format(long units) => (units / UnitsPerCloudCoin).ToString("#,0.########", CultureInfo.InvariantCulture);

    private static Color GetColor(CoinGrade grade) => grade switch
    {
        CoinGrade.Authentic => Color.Green,
        CoinGrade.Counterfeit => Color.Red,
        _ => Color.Yellow,
    };
}
