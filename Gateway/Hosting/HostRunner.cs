using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using OrleansTasks.Gateway.Health;

namespace OrleansTasks.Gateway.Hosting;

/// <summary>Runs a process' host to its end, and says in one line what keeps it from starting.</summary>
public static class HostRunner
{
    private const string ConfigurationBinder = "Microsoft.Extensions.Configuration.Binder";

    /// <summary>Builds and runs a host; with <c>--health</c> it asks the one that runs already whether it is ready.</summary>
    /// <param name="args">The process' arguments.</param>
    /// <param name="create">Builds it.</param>
    /// <returns>The process' exit code: 0 after a proper end, 1 when it could not start.</returns>
    public static async Task<int> RunAsync(string[] args, Func<Task<WebApplication>> create)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(create);
        if (args.Contains(HealthCommand.Argument))
        {
            return await HealthCommand.RunAsync(args);
        }

        try
        {
            await using var app = await create();

            // The host checks them too, but creates its services before, and the first that looks at a wrong one would have the only word.
            app.Services.GetService<IStartupValidator>()?.Validate();
            await RunToEndAsync(app);
            return 0;
        }
        catch (StartupException exception)
        {
            return await FailAsync([exception.Message]);
        }
        catch (OptionsValidationException exception)
        {
            return await FailAsync(exception.Failures);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            // Settings of several sections are wrong.
            return await FailAsync(exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(inner => inner.Failures));
        }
        catch (InvalidOperationException exception) when (exception.Source == ConfigurationBinder)
        {
            return await FailAsync([WrongValue.Describe(exception.Message)]);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException)
        {
            return await FailAsync([$"{exception.Message} Another address is chosen with --urls http://localhost:8005."]);
        }
    }

    private static async Task RunToEndAsync(WebApplication app)
    {
        // By the time that it is asked, the services may be gone.
        var stopping = app.Lifetime.ApplicationStopping;
        try
        {
            await app.RunAsync();
        }
        catch (Exception exception) when (stopping.IsCancellationRequested && IsCancellation(exception))
        {
            // It was told to stop before it had started, as a gateway that has not met a silo yet: a proper end.
        }
    }

    private static bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException
        || (exception is AggregateException several && several.InnerExceptions.All(IsCancellation));

    private static async Task<int> FailAsync(IEnumerable<string> reasons)
    {
        foreach (var reason in reasons)
        {
            await Console.Error.WriteLineAsync($"Cannot start: {reason}");
        }

        return 1;
    }
}
