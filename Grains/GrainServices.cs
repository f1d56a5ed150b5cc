using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization;
using OrleansTasks.Grains.Detect;
using OrleansTasks.Grains.Echo;
using OrleansTasks.Grains.Nodes;
using OrleansTasks.Grains.Recovery;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Grains;

/// <summary>Registers what the grains need.</summary>
public static class GrainServices
{
    private const int DirectoryCacheSize = 20_000;

    /// <summary>How often Orleans looks for grains that nobody asks for, at the least; it must be less than any grain's age.</summary>
    private static readonly TimeSpan MaxCollectionQuantum = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds the jobs and their limits. The host adds the rest: a <see cref="Raida.RaidaClient"/>, the grain storages
    /// <see cref="TaskStorage.Name"/> and <see cref="TaskStorage.IndexName"/>, reminders, and a logger.
    /// </summary>
    public static IServiceCollection AddTaskGrains(this IServiceCollection services)
    {
        services.AddOptions<TaskOptions>()
            .BindConfiguration(TaskOptions.Section)
            .Validate(
                options => options.Deadline >= TimeSpan.FromSeconds(1) && options.Deadline <= TimeSpan.FromDays(1),
                "Tasks:Deadline is outside 00:00:01 to 1.00:00:00.")
            .Validate(
                options => options.Retention >= TimeSpan.FromSeconds(1) && options.Retention <= TimeSpan.FromDays(365),
                "Tasks:Retention is outside 00:00:01 to 365.00:00:00.")
            .Validate(
                options => options.StopGrace >= TimeSpan.Zero && options.StopGrace <= TimeSpan.FromMinutes(5),
                "Tasks:StopGrace is outside 00:00:00 to 00:05:00.")
            .Validate(
                options => options.CollectionAge >= TimeSpan.FromSeconds(2) && options.CollectionAge <= TimeSpan.FromDays(1),
                "Tasks:CollectionAge is outside 00:00:02 to 1.00:00:00.")
            .Validate(options => options.MaxRunning is >= 1 and <= 1_000_000, "Tasks:MaxRunning is outside 1 to 1000000.")
            .Validate(
                options => options.MaxLateness >= TimeSpan.FromMilliseconds(1) && options.MaxLateness <= TimeSpan.FromMinutes(1),
                "Tasks:MaxLateness is outside 00:00:00.001 to 00:01:00.")
            .Validate(
                options => options.MaxRunningBytes is >= 1L << 20 and <= 64L << 30,
                "Tasks:MaxRunningBytes is outside 1048576 to 68719476736.")
            .ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TaskAdmission>();
        services.AddSingleton<RunningTaskIndex>();
        services.AddSingleton<NodeGrains>();
        services.AddGrainService<SiloReportService>();
        services.AddSingleton<SiloReportClient>();
        services.AddOptions<GrainCollectionOptions>().Configure<IOptions<TaskOptions>>((collection, tasks) =>
        {
            // An ended task is read a few times and then hardly ever again; storage has it.
            var half = tasks.Value.CollectionAge / 2;
            collection.CollectionQuantum = half < MaxCollectionQuantum ? half : MaxCollectionQuantum;
            collection.ClassSpecificCollectionAge[typeof(TaskGrain).FullName!] = tasks.Value.CollectionAge;
        });

        // Otherwise a call that fails with an exception of storage (StackExchange.Redis has its own) ends in a CodecNotFoundException.
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedExceptionTypeFilter = static _ => true);

        // Orleans remembers where a million grains were, of some 300 bytes each: few tasks are asked for again after their end.
        services.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = DirectoryCacheSize);
        services.AddJob<EchoInput, EchoJob>();
        services.AddJob<DetectInput, DetectJob>();
        return services;
    }

    /// <summary>Adds a kind of task: the job that does the work of one type of input.</summary>
    /// <typeparam name="TInput">The input's type.</typeparam>
    /// <typeparam name="TJob">The job.</typeparam>
    public static IServiceCollection AddJob<TInput, TJob>(this IServiceCollection services)
        where TInput : TaskInput
        where TJob : Job<TInput> =>
        services.AddKeyedSingleton<IJob, TJob>(typeof(TInput));
}
