namespace OrleansTasks.Cluster.Tests.Chaos;

/// <summary>
/// One of the clients that generate the load: starts echo and detect tasks one after another, retries as the documentation says, and
/// reads, cancels, deletes or abandons them at random.
/// </summary>
internal sealed class LoadClient(int number, int seed, RunRecord record, RecordingClient client)
{
    private const int MostTries = 15;

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(100);

    private readonly Random _random = new(unchecked((seed * 1009) + number));
    private readonly List<(string Key, TaskContent Content)> _acknowledged = [];
    private int _tasks;

    /// <summary>Runs tasks until the load is over, and the last one to its end.</summary>
    public async Task RunAsync(CancellationToken loadIsOver, CancellationToken cancellationToken)
    {
        while (!loadIsOver.IsCancellationRequested)
        {
            await RunTaskAsync(cancellationToken);
            await PauseAsync(50, cancellationToken);
        }
    }

    /// <summary>Polls a task until it has ended or is gone.</summary>
    public async Task ReadToEndAsync(string id, CancellationToken cancellationToken)
    {
        var deadline = record.Now + LongestRead;
        while (record.Now < deadline)
        {
            var read = await client.AskAsync(ExchangeKind.Read, ChooseGateway(), id, cancellationToken);
            if (read.IsTerminal || read.Status == 404)
            {
                return;
            }

            await PauseAsync(read.Status == 200 ? 120 : 400, cancellationToken);
        }
    }

    private async Task RunTaskAsync(CancellationToken cancellationToken)
    {
        var content = DrawContent();
        var key = _random.Next(10) < 7 ? $"{seed}-{number}-{_tasks++}" : null;
        var way = _random.Next(100);
        if (key is not null && way < 10)
        {
            // The same start through both gateways at once.
            await Task.WhenAll(Enumerable.Range(0, FaultSchedule.Gateways)
                .Select(gateway => client.StartAsync(gateway, content, key, cancellationToken)));
        }

        if (await StartAsync(content, key, cancellationToken) is not { } id)
        {
            return;
        }

        if (key is not null)
        {
            _acknowledged.Add((key, content));
        }

        switch (way)
        {
            case < 18:
                // Abandoned: only read after the load.
                return;
            case < 24:
                await PauseAsync(300, cancellationToken);
                await client.AskAsync(ExchangeKind.Cancel, ChooseGateway(), id, cancellationToken);
                break;
            case < 27:
                await PauseAsync(600, cancellationToken);
                _acknowledged.RemoveAll(start => start.Key == key);
                await client.AskAsync(ExchangeKind.Delete, ChooseGateway(), id, cancellationToken);
                await client.AskAsync(ExchangeKind.Read, ChooseGateway(), id, cancellationToken);
                if (key is not null)
                {
                    await client.StartAsync(ChooseGateway(), content, key, cancellationToken);
                }

                return;
            case < 32 when key is not null:
                // The same key with other content.
                await client.StartAsync(ChooseGateway(), content.Coins is null ? new TaskContent([0]) : TaskContent.Echo, key, cancellationToken);
                break;
            case < 40 when _acknowledged.Count > 0:
                // An earlier start, repeated.
                var (earlierKey, earlierContent) = _acknowledged[_random.Next(_acknowledged.Count)];
                await client.StartAsync(ChooseGateway(), earlierContent, earlierKey, cancellationToken);
                break;
        }

        await ReadToEndAsync(id, cancellationToken);
        await client.AskAsync(ExchangeKind.Read, ChooseGateway(), id, cancellationToken);
    }

    /// <summary>Starts a task. Retries what was not acknowledged only with a key: without one, that could start a second task.</summary>
    private async Task<string?> StartAsync(TaskContent content, string? key, CancellationToken cancellationToken)
    {
        for (var tries = 0; tries < MostTries; tries++)
        {
            var start = await client.StartAsync(ChooseGateway(), content, key, cancellationToken);
            if (start.Status == 202)
            {
                return start.TaskId;
            }

            await PauseAsync(1000, cancellationToken);
            if (key is null)
            {
                return null;
            }
        }

        return null;
    }

    private TaskContent DrawContent()
    {
        if (_random.Next(2) == 0)
        {
            return TaskContent.Echo;
        }

        // Sometimes more than the 64 coins of one datagram.
        var coins = Enumerable.Range(0, Purse.Count).ToArray();
        _random.Shuffle(coins);
        return new TaskContent(coins[..(_random.Next(12) == 0 ? 80 : _random.Next(1, 9))]);
    }

    private int ChooseGateway() => _random.Next(FaultSchedule.Gateways);

    /// <summary>The pace of the load: a client pauses between two requests.</summary>
    private Task PauseAsync(int milliseconds, CancellationToken cancellationToken) =>
        Task.Delay(_random.Next(milliseconds / 2, milliseconds * 3 / 2), cancellationToken);
}
