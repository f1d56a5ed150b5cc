using System.Net;
using System.Text.RegularExpressions;
using Raida.LocalNetwork;
using StackExchange.Redis;

namespace OrleansTasks.Cluster.Tests;

/// <summary>A Redis that answers and refuses writes.</summary>
public sealed partial class RefusingRedisTests
{
    [Theory]
    [InlineData("maxmemory", "1mb", "0")]
    [InlineData("min-replicas-to-write", "1", "0", Traits = [Scale.Run, Scale.Full])]
    public async Task End_that_Redis_refuses_is_stored_later_without_asking_the_servers_again(string setting, string refusing, string usual)
    {
        await using var cluster = await TaskCluster.StartAsync(silos: 1, gateways: 1, "--Raida:EchoDeadline", "00:00:05");
        using var redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{cluster.RedisPort},allowAdmin=true");
        var server = redis.GetServers().Single();
        var client = cluster.Clients[0];
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = new AgentFaults { Deaf = true };
        }

        var id = await client.StartEchoAsync();
        await server.ConfigSetAsync(setting, refusing);
        foreach (var agent in cluster.Network.Agents)
        {
            agent.Faults = AgentFaults.None;
        }

        await cluster.Silos[0].WaitForAsync(RetryPattern());
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.ServiceUnavailable);
        var requests = CountRequests();
        Assert.Equal("running", (await client.ReadAsync(id)).GetProperty("status").GetString());

        await server.ConfigSetAsync(setting, usual);
        Assert.Equal("completed", (await client.ReadToEndAsync(id)).GetProperty("status").GetString());
        await client.WaitForStatusAsync("/health/ready", HttpStatusCode.OK);
        Assert.Equal(requests, CountRequests());

        long CountRequests() => cluster.Network.Agents.Sum(agent => agent.Counters.UdpRequests + agent.Counters.TcpRequests);
    }

    [GeneratedRegex("(could not be stored. Retrying)")]
    private static partial Regex RetryPattern();
}
