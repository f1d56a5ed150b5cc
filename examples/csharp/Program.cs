// Detects the coins in files and prints what each is: dotnet run --project examples/csharp -- data/sample-coins.json
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Client;

await using var services = new ServiceCollection()
    .AddOrleansTasksClient(options =>
    {
        options.Address = new(Environment.GetEnvironmentVariable("RAIDA_URL") ?? "http://localhost:8004");
        options.ApiKey = Environment.GetEnvironmentVariable("RAIDA_API_KEY");
    })
    .BuildServiceProvider();
var client = services.GetRequiredService<OrleansTasksClient>();

var started = await client.StartDetectAsync(coinFiles: args);
await foreach (var task in client.WatchAsync(started.Id))
{
    Console.WriteLine($"{task.Progress,3} % {task.Message}");
    foreach (var coin in (task.Data as DetectResult)?.Coins ?? [])
    {
        Console.WriteLine($"{coin.SerialNumber,10} {coin.Pownstring} {coin.Result}");
    }
}
