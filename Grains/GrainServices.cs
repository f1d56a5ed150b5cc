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

    /// <summary>The maximum interval at which Orleans looks for idle grains; it must be shorter than any grain's collection age.</summary>
    private static readonly TimeSpan MaxCollectionQuantum = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Adds the jobs and their limits. The host adds the rest: a <see cref="Raida.RaidaClient"/>, the grain storages
    /// <see cref="TaskStorage.Name"/> and <see cref="TaskStorage.IndexName"/>, reminders, and a logger.
    /// </summary>
    public static IServiceCollection AddTaskGrains(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<TaskOptions>, TaskOptionsValidator>();
        services.AddOptions<TaskOptions>().BindConfiguration(TaskOptions.Section).ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<TaskClock>();

        // Each key is a use that Orleans makes of the time. It cannot activate grains while the clock is behind the time at which it last looked
        // for idle ones.
        services.AddKeyedSingleton(KeyedService.AnyKey, static (services, _) => services.GetRequiredService<TaskClock>().Steady);
        services.AddSingleton<TaskAdmission>();
        services.AddSingleton<TaskTelemetry>();
        services.AddSingleton<RunningTaskIndex>();
        services.AddSingleton<TaskLists>();
        services.AddSingleton<NodeGrains>();
        services.AddGrainService<SiloReportService>();
        services.AddSingleton<SiloReportClient>();
        services.AddOptions<GrainCollectionOptions>().Configure<IOptions<TaskOptions>>((collection, tasks) =>
        {
            // An ended task is read a few times, and after that from storage.
            var half = tasks.Value.CollectionAge / 2;
            collection.CollectionQuantum = half < MaxCollectionQuantum ? half : MaxCollectionQuantum;
            collection.ClassSpecificCollectionAge[typeof(TaskGrain).FullName!] = tasks.Value.CollectionAge;
            collection.ClassSpecificCollectionAge[typeof(TaskListGrain).FullName!] = tasks.Value.CollectionAge;
        });

        // Otherwise a storage exception of a type that Orleans does not know, such as those of StackExchange.Redis, ends in a CodecNotFoundException.
        services.Configure<ExceptionSerializationOptions>(exceptions => exceptions.SupportedExceptionTypeFilter = static _ => true);

        // By default Orleans caches the location of a million grains, about 300 bytes each; few tasks are read again after their end.
        services.Configure<GrainDirectoryOptions>(directory => directory.CacheSize = DirectoryCacheSize);
        services.AddJob<EchoInput, EchoJob>();
        services.AddJob<DetectInput, DetectJob>();
        return services;
    }

    /// <summary>Adds a kind of task: the job that does the work of one type of input.</summary>
    public static IServiceCollection AddJob<TInput, TJob>(this IServiceCollection services)
        where TInput : TaskInput
        where TJob : Job<TInput> =>
        services.AddKeyedSingleton<IJob, TJob>(typeof(TInput));
}
