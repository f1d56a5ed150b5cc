using System.Text.Json;
using Raida;
using Raida.Coins;

namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>
/// Compares results with the agents' coins and faults: a wrong letter requires a fault of that agent during the task. That an agent was
/// skipped requires a fault some time before, because a silo notices a few seconds late that an agent is back.
/// </summary>
internal sealed class ResultChecker(RunRecord record)
{
    /// <summary>
    /// How long after its fault an agent may still be skipped: 5 s until a silo has found it again, and a margin for a busy machine.
    /// </summary>
    private static readonly TimeSpan SkippedAfterFault = TimeSpan.FromSeconds(9);

    private static readonly FaultKind[] Silencing = [FaultKind.SlowAgents, FaultKind.DeafAgents, FaultKind.DownAgents];

    private readonly FaultWindow[] _faults =
        [.. record.Faults.Where(fault => fault.Kind is FaultKind.Stall or >= FaultKind.SlowAgents)];

    private readonly FaultWindow[] _pauses = [.. record.Faults.Where(fault => fault.Kind == FaultKind.PauseSilo)];

    /// <param name="task">A task that has ended.</param>
    /// <param name="content">Its work.</param>
    /// <param name="from">The earliest time at which it may have begun.</param>
    /// <param name="to">A time at which it had ended.</param>
    /// <returns>The errors in its result.</returns>
    public IEnumerable<string> Check(JsonElement task, TaskContent content, TimeSpan from, TimeSpan to)
    {
        if (!task.TryGetProperty("data", out var data))
        {
            return [];
        }

        return content.Coins is { } coins ? CheckDetect(data, coins, from, to) : CheckEcho(data, from, to);
    }

    private IEnumerable<string> CheckEcho(JsonElement data, TimeSpan from, TimeSpan to)
    {
        var letters = data.GetProperty("pownstring").GetString()!;
        var latencies = data.GetProperty("latencies");
        if (latencies.GetArrayLength() != letters.Length || letters.Length != RaidaNetwork.NodeCount)
        {
            yield return "The parts of the echo do not agree";
            yield break;
        }

        for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
        {
            // A skipped server has no latency.
            var maySkip = latencies[raida].GetInt32() == 0 && MayBeSkipped(raida, from, to);
            if (letters[raida] != 'p' && !maySkip && !Find(raida, from, to, Silencing))
            {
                yield return $"RAIDA {raida} was up and is reported as not having answered";
            }

            if (letters[raida] == 'p' && IsCovered(raida, from, to, FaultKind.DeafAgents, FaultKind.DownAgents))
            {
                yield return $"RAIDA {raida} could not answer and is reported as having answered";
            }
        }

        if (data.GetProperty("online").GetInt32() != letters.Count(letter => letter == 'p')
            || !data.GetProperty("pownarray").EnumerateArray().Select(entry => entry.GetInt32() == 1 ? 'p' : 'f').SequenceEqual(letters))
        {
            yield return "The parts of the echo do not agree";
        }
    }

    private IEnumerable<string> CheckDetect(JsonElement data, int[] coins, TimeSpan from, TimeSpan to)
    {
        var results = data.GetProperty("Coins").EnumerateArray().ToArray();
        if (!results.Select(result => result.GetProperty("sn").GetUInt32()).SequenceEqual(coins.Select(Purse.GetSerialNumber)))
        {
            yield return "The coins are not those that were submitted, in their order";
            yield break;
        }

        var totals = new Dictionary<string, long>();
        var hasQuorum = true;
        foreach (var (coin, result) in coins.Zip(results))
        {
            var letters = result.GetProperty("pownstring").GetString()!;
            for (var raida = 0; raida < RaidaNetwork.NodeCount; raida++)
            {
                if (!IsAllowed(letters[raida], coin, raida, from, to))
                {
                    yield return $"RAIDA {raida} has {letters[raida]} for coin {coin}, which it did not report";
                }
            }

            var grade = result.GetProperty("result").GetString()!;
            if (!Pownstring.TryParse(letters, out var pownstring) || pownstring.Grade().ToString() != grade)
            {
                yield return $"{letters} is graded {grade}";
            }

            hasQuorum &= pownstring.HasQuorum();
            totals[grade] = totals.GetValueOrDefault(grade) + record.Purse.GetValue(coin);
        }

        foreach (var (member, expected) in (IEnumerable<(string, long)>)
        [
            ("TotalCoins", coins.Sum(record.Purse.GetValue)),
            ("TotalAuthentic", totals.GetValueOrDefault(nameof(Grade.Authentic))),
            ("TotalFracked", totals.GetValueOrDefault(nameof(Grade.Fracked))),
            ("TotalCounterfeit", totals.GetValueOrDefault(nameof(Grade.Counterfeit))),
            ("TotalLimbo", totals.GetValueOrDefault(nameof(Grade.Limbo))),
            ("TotalErrors", totals.GetValueOrDefault(nameof(Grade.Error))),
        ])
        {
            if (data.GetProperty(member).GetInt64() != expected)
            {
                yield return $"{member} is {data.GetProperty(member)}, and by its coins {expected}";
            }
        }

        if ((data.GetProperty("Details").ValueKind == JsonValueKind.Null) != hasQuorum)
        {
            yield return "Details are superfluous or missing";
        }
    }

    private bool IsAllowed(char letter, int coin, int raida, TimeSpan from, TimeSpan to)
    {
        var right = record.Purse.IsRightAt(coin, raida) ? 'p' : 'f';
        return letter switch
        {
            'p' or 'f' when letter == right =>
                !IsCovered(raida, from, to, FaultKind.WrongAgents, FaultKind.DeafAgents, FaultKind.DownAgents),
            'p' or 'f' => Find(raida, from, to, FaultKind.WrongAgents),
            'n' => Find(raida, from, to, Silencing),
            'e' => Find(raida, from, to, FaultKind.DownAgents),
            'u' => MayBeSkipped(raida, from, to),
            _ => false,
        };
    }

    /// <summary>A silo that was paused meanwhile only probes the agent after it continues.</summary>
    private bool MayBeSkipped(int raida, TimeSpan from, TimeSpan to)
    {
        var earliest = _pauses
            .Where(pause => pause.Overlaps(from - SkippedAfterFault, to))
            .Select(pause => pause.Begun)
            .Append(from)
            .Min();
        return Find(raida, earliest - SkippedAfterFault, to, Silencing);
    }

    private bool Find(int raida, TimeSpan from, TimeSpan to, params FaultKind[] kinds) => _faults.Any(fault =>
        fault.Overlaps(from, to) && (fault.Kind == FaultKind.Stall || (fault.Target == raida && kinds.Contains(fault.Kind))));

    private bool IsCovered(int raida, TimeSpan from, TimeSpan to, params FaultKind[] kinds) =>
        _faults.Any(fault => fault.Target == raida && kinds.Contains(fault.Kind) && fault.Covers(from, to));
}
