using Raida.LocalNetwork;

namespace OrleansTasks.Cluster.Tests;

/// <summary>Starts the programs that make up a cluster, on loopback.</summary>
/// <param name="redisPort">Redis' port.</param>
/// <param name="directory">The directory of Redis' append-only file.</param>
/// <param name="network">The RAIDA servers of the silos.</param>
internal sealed class ClusterPrograms(int redisPort, string directory, LocalRaidaNetwork network)
{
    /// <summary>
    /// With <c>everysec</c>, a write may stay in memory for up to 2 s while an fsync is in progress, and a kill then loses it although it was
    /// acknowledged.
    /// </summary>
    public ServiceProcess StartRedis(params string[] more) => ServiceProcess.Start(
        "redis-server",
        ["--port", $"{redisPort}", "--bind", "127.0.0.1", "--dir", directory, "--appendonly", "yes", "--appendfsync", "no", "--save", "", .. more]);

    public ServiceProcess StartSilo(string httpAddress, int siloPort, int gatewayPort, params string[] more) => ServiceProcess.StartProgram(
        "Silo",
        [
            "--urls", httpAddress,
            .. ClusteringSettings,
            "--Orleans:Endpoints:AdvertisedIPAddress", "127.0.0.1",
            "--Orleans:Endpoints:SiloPort", $"{siloPort}",
            "--Orleans:Endpoints:GatewayPort", $"{gatewayPort}",

            "--Tasks:KeyRing", Path.Combine(directory, "keys"),

            // Other load on the machine must not cause rejections.
            "--Tasks:MaxLateness", "00:01:00",
            .. network.EndPoints.SelectMany((endPoint, raida) => (string[])[$"--Raida:Servers:{raida}", endPoint.ToString()]),
            .. more,
        ]);

    public ServiceProcess StartGateway(string httpAddress) =>
        ServiceProcess.StartProgram("Gateway", ["--urls", httpAddress, .. ClusteringSettings]);

    private string[] ClusteringSettings =>
        ["--Orleans:Clustering:ProviderType", "Redis", "--Orleans:Clustering:ConnectionString", $"127.0.0.1:{redisPort}"];
}
