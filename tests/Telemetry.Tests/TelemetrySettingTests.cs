namespace OrleansTasks.Telemetry.Tests;

public sealed class TelemetrySettingTests
{
    [Theory]
    [InlineData("Telemetry:Prometheus", "perhaps")]
    [InlineData("Telemetry:Prometeus", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    [InlineData("Dashboard:Enable", "true")]
    [InlineData("Logging:Console:FormatterName", "xml")]
    public async Task Invalid_setting_is_named_in_one_line(string name, string value)
    {
        await using var gateway = ServiceProcess.StartProgram("Gateway", "--urls", "http://127.0.0.1:0", $"--{name}", value);

        Assert.Equal(1, await gateway.WaitForExitAsync());
        Assert.Contains(name.Split(':')[^1], Assert.Single(gateway.StandardError.Split('\n')), StringComparison.Ordinal);
    }
}
