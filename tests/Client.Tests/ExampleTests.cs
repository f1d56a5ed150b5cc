using OrleansTasks.Gateway.Tests;

namespace OrleansTasks.Client.Tests;

/// <summary>The programs in examples/ against the real service.</summary>
public sealed class ExampleTests(GatewayHost host) : IClassFixture<GatewayHost>
{
    [Theory]
    [InlineData("python3", "Examples/detect.py")]
    [InlineData("dotnet", null)]
    public async Task Example_prints_the_grade_of_each_coin(string program, string? example)
    {
        Programs.Require(program);

        var (exitCode, output) = await RunAsync(program, example ?? Programs.GetPath("examples/csharp", "DetectExample"), host.SampleCoinsPath);

        Assert.Equal(0, exitCode);
        Assert.Contains(" 16 ppppppppppppppppppppppppp Authentic", output, StringComparison.Ordinal);
        Assert.Contains(" 200 fffffffffffffffffffffffff Counterfeit", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Shell_script_prints_the_result_of_each_file()
    {
        Programs.Require("sh", "curl");

        var (exitCode, output) = await RunAsync("sh", "Examples/detect.sh", host.SampleCoinsPath, host.BinarySamplePath);

        Assert.Equal(0, exitCode);
        Assert.Equal(2, output.Split('\n').Count(line => line.Contains("""{"sn":16,"pownstring":"ppppppppppppppppppppppppp","result":"Authentic"}""", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("python3", "Examples/detect.py")]
    [InlineData("sh", "Examples/detect.sh")]
    public async Task Script_reports_a_rejected_file(string program, string example)
    {
        Programs.Require(program, "curl");

        var (exitCode, output) = await RunAsync(program, example, Path.Combine(AppContext.BaseDirectory, "openapi.json"));

        Assert.NotEqual(0, exitCode);
        Assert.Contains("coins", output, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Output)> RunAsync(string program, string example, params string[] files)
    {
        await using var process = ServiceProcess.Start(
            program,
            [Path.Combine(AppContext.BaseDirectory, example), .. files],
            variable: ("RAIDA_URL", host.Client.BaseAddress!.ToString().TrimEnd('/')));
        return (await process.WaitForExitAsync(), process.Output);
    }
}
