using System.Globalization;
using System.Text;

namespace Bench.Results;

/// <summary>Formats the results as a Markdown table.</summary>
internal static class ResultsTable
{
    public static string Create(IEnumerable<Figure> figures)
    {
        var text = new StringBuilder();
        text.AppendLine("| work | ours | baseline | ratio | target | |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var figure in figures)
        {
            var verdict = figure.IsMet switch
            {
                true => "met",
                false => "**missed**",
                null => "",
            };
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {figure.Work} | {figure.Ours} | {figure.Baseline} | {figure.Value} | {figure.Target} | {verdict} |");
        }

        return text.ToString();
    }
}
