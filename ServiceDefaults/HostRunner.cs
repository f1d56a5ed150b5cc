using System.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace OrleansTasks.ServiceDefaults;

/// <summary>Runs a program's host until it stops, and reports in one line why it cannot start.</summary>
public static class HostRunner
{
    /// <summary>Libraries whose exceptions report invalid settings, and the setting's name if their messages omit it.</summary>
    private static readonly Dictionary<string, string> SettingReaders = new(StringComparer.Ordinal)
    {
        ["Microsoft.Extensions.Configuration.Binder"] = "",
        ["Microsoft.Extensions.Logging.Configuration"] = "Logging:LogLevel: ",
        ["Microsoft.AspNetCore.Authentication.JwtBearer"] = "Authentication:Schemes:Bearer: ",
        ["Microsoft.AspNetCore.Server.Kestrel.Core"] = "--urls, Kestrel:Endpoints: ",
    };

    /// <summary>Builds and runs the host; with <c>--health</c>, asks the one that already runs whether it is ready.</summary>
    /// <param name="commands">Commands that run instead of the host if the first argument is their name; they return the exit code.</param>
    /// <returns>The exit code: 0 after a shutdown, 1 if the host could not start or is not ready.</returns>
    public static async Task<int> RunAsync(
        string[] args,
        Func<Task<WebApplication>> create,
        params (string Name, Func<string[], Task<int>> RunAsync)[] commands)
    {
        try
        {
            if (Array.Find(commands, command => command.Name == args.FirstOrDefault()).RunAsync is { } runAsync)
            {
                return await runAsync(args);
            }

            if (args.Contains(HealthCommand.Argument))
            {
                return await HealthCommand.RunAsync(args);
            }

            // Declared first, so that it also limits the disposal.
            using var shutdownLimit = new Timer(static _ => EndProcess());
            await using var app = await create();

            // The host validates too, but after creating its services: the first one that reads an invalid option would hide the others.
            app.Services.GetService<IStartupValidator>()?.Validate();

            // Read now: where a host is stopped before it has started, its services may be disposed when this is called.
            var timeout = app.Services.GetRequiredService<IOptions<HostOptions>>().Value.ShutdownTimeout;
            app.Lifetime.ApplicationStopping.Register(() => shutdownLimit.Change(timeout, Timeout.InfiniteTimeSpan));
            await RunToEndAsync(app);
            return 0;
        }
        catch (StartupException exception)
        {
            return await FailAsync([exception.Message]);
        }
        catch (OptionsValidationException exception)
        {
            return await FailAsync(Describe(exception));
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return await FailAsync(exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(Describe));
        }
        catch (InvalidOperationException exception) when (SettingReaders.TryGetValue(exception.Source ?? "", out var setting))
        {
            return await FailAsync([setting + exception.Message]);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await FailAsync([$"{exception.Message} Choose another address with --urls http://localhost:8005."]);
        }
    }

    private static async Task RunToEndAsync(WebApplication app)
    {
        // The lifetime may be disposed before the exception filter runs.
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (Exception exception) when (stopping.IsCancellationRequested && IsCancellation(exception))
        {
            // Stopped before it had started, for example a gateway that has not found a silo yet.
        }
    }

    /// <summary>
    /// The host only asks its services to stop in time. Without Redis, Orleans tries for two minutes to announce the end of a silo.
    /// </summary>
    private static void EndProcess()
    {
        Console.Error.WriteLine("The shutdown has taken too long. Ending the process.");
        Environment.Exit(1);
    }

    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException
        || (exception is AggregateException several && several.InnerExceptions.All(IsCancellation));

    /// <summary>Validators name the property; the setting is that property in the section of its options class.</summary>
    private static IEnumerable<string> Describe(OptionsValidationException exception)
    {
        var section = exception.OptionsType.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue();
        return exception.Failures.Select(failure => $"{section}:{failure}");
    }

    private static async Task<int> FailAsync(IEnumerable<string> reasons)
    {
        foreach (var reason in reasons)
        {
            await Console.Error.WriteLineAsync($"Cannot start: {reason}");
        }

        return 1;
    }
}
