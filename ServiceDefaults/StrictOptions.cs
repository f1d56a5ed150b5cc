using Microsoft.Extensions.Options;

namespace OrleansTasks.ServiceDefaults;

/// <summary>Settings whose typos and invalid values keep the program from starting.</summary>
public static class StrictOptions
{
    private const string UnknownSettings = nameof(BinderOptions.ErrorOnUnknownConfiguration);

    /// <summary>
    /// Binds a section that holds only the properties of <typeparamref name="TOptions"/>, and validates it at startup. An unknown setting is an
    /// error, so that a typo does not silently fall back to the default.
    /// </summary>
    /// <typeparam name="TOptions">The options; their constant <c>Section</c> is the section's name, as <see cref="HostRunner"/> reports it.</typeparam>
    /// <typeparam name="TValidator">Their validator, generated from the properties' attributes.</typeparam>
    public static IServiceCollection AddStrictOptions<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddOptions<TOptions>()
            .Configure<IConfiguration>((options, configuration) => configuration.GetSection(section).BindStrictly(options))
            .ValidateOnStart();
        return services;
    }

    /// <summary>Binds a section that holds only the properties of the options.</summary>
    /// <exception cref="StartupException">The section has settings that the options lack; their values are not repeated.</exception>
    /// <exception cref="InvalidOperationException">A value is not of its property's type.</exception>
    public static void BindStrictly<TOptions>(this IConfigurationSection section, TOptions options)
        where TOptions : class
    {
        try
        {
            section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (InvalidOperationException exception) when (exception.Message.Contains(UnknownSettings, StringComparison.Ordinal))
        {
            // Inside a collection, the binder wraps its exception.
            var cause = exception.InnerException as InvalidOperationException ?? exception;
            if (!cause.Message.Contains(UnknownSettings, StringComparison.Ordinal))
            {
                throw new StartupException(cause.Message, exception);
            }

            // The binder's message ends with the names, but lacks the section.
            var names = cause.Message[(cause.Message.LastIndexOf(": ", StringComparison.Ordinal) + 2)..];
            var known = string.Join(", ", typeof(TOptions).GetProperties().Where(property => property.CanWrite).Select(property => property.Name));
            throw new StartupException($"{section.Path}: unknown setting {names}. Known settings: {known}.");
        }
    }
}
