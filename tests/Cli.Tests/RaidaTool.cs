namespace OrleansTasks.Cli.Tests;

/// <summary>Runs the tool as a process, with an environment of its own.</summary>
internal sealed class RaidaTool(string? url) : IDisposable
{
    /// <summary>The directory that stands for the user's configuration.</summary>
    public TemporaryDirectory Configuration { get; } = new();

    /// <summary>Additional environment variables, as NAME=value.</summary>
    public List<string> Environment { get; } = [];

    private static string Assembly { get; } = Programs.GetPath("Cli", "raida");

    /// <summary>Runs the tool to its end.</summary>
    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        var exitCode = await process.WaitForExitAsync();
        return (exitCode, process.StandardOutput, process.StandardError);
    }

    /// <summary>Starts the tool with its output redirected.</summary>
    public ServiceProcess Start(params string[] arguments) => ServiceProcess.Start("env", [.. GetEnvironment(), "dotnet", Assembly, .. arguments]);

    /// <summary>Starts the tool on a pseudo-terminal.</summary>
    public ServiceProcess StartOnTerminal(string arguments)
    {
        Programs.Require("script");
        return ServiceProcess.Start(
            "env",
            [.. GetEnvironment(), "TERM=xterm-256color", "script", "--quiet", "--return", "--command", $"dotnet {Assembly} {arguments}", "/dev/null"]);
    }

    /// <summary>Runs a script in Bash, in which raida is the tool.</summary>
    public async Task<string> RunInBashAsync(string script)
    {
        Programs.Require("bash");
        await using var bash = ServiceProcess.Start(
            "env",
            [.. GetEnvironment(), "bash", "-c", $$"""raida() { dotnet "{{Assembly}}" "$@"; }; {{script}}"""]);
        Assert.Equal(0, await bash.WaitForExitAsync());
        return bash.Output;
    }

    public void Dispose() => Configuration.Dispose();

    private IEnumerable<string> GetEnvironment() =>
        ["-u", "RAIDA_URL", "-u", "RAIDA_API_KEY", "-u", "NO_COLOR", $"XDG_CONFIG_HOME={Configuration.Path}", .. url is null ? [] : new[] { $"RAIDA_URL={url}" }, .. Environment];
}
