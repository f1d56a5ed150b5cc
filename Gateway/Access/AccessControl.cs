using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;
using OrleansTasks.Gateway.Http;
using OrleansTasks.ServiceDefaults;

namespace OrleansTasks.Gateway.Access;

/// <summary>
/// Access control: API keys, and JWT bearer tokens as ASP.NET Core configures them. Without either, every request is anonymous, and the gateway
/// listens on loopback only unless the settings explicitly allow more.
/// </summary>
internal static partial class AccessControl
{
    public const string ApiKeyScheme = "ApiKey";

    /// <summary>The policy of calls that callers and operators may make.</summary>
    public const string Callers = "Callers";

    /// <summary>The policy of calls that only operators may make.</summary>
    public const string Operators = "Operators";

    private const string JwtSection = $"Authentication:Schemes:{JwtBearerDefaults.AuthenticationScheme}";
    private const string EitherScheme = "ApiKeyOrJwt";
    private const string AllowAnonymous = $"{AccessOptions.Section}:{nameof(AccessOptions.AllowAnonymous)}";

    /// <exception cref="StartupException">A key is invalid, or other machines reach an address that needs no key.</exception>
    public static void AddAccessControl(this WebApplicationBuilder builder)
    {
        var options = new AccessOptions();
        builder.Configuration.GetSection(AccessOptions.Section).BindStrictly(options);
        var hasJwt = builder.Configuration.GetSection(JwtSection).Exists();
        if (!hasJwt && options.Keys.Count == 0 && string.IsNullOrEmpty(options.KeysFile))
        {
            if (!options.AllowAnonymous && FindExposedAddress(builder.Configuration) is { } address)
            {
                throw new StartupException(
                    $"{AllowAnonymous}: other machines reach {address}, and no API key is set. Create one (keys new NAME), listen on localhost "
                    + $"({ListenAddresses.UrlsSetting}), or set {AllowAnonymous} to true.");
            }

            return;
        }

        // As a trial: the host would create it at the first request.
        new ApiKeys(builder.Configuration, NullLogger<ApiKeys>.Instance).Dispose();
        builder.Services.AddSingleton<ApiKeys>();
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy(Callers, static policy => policy.RequireRole(Caller.CallerRoleName, Caller.OperatorRoleName))
            .AddPolicy(Operators, static policy => policy.RequireRole(Caller.OperatorRoleName));
        var authentication = builder.Services.AddAuthentication(hasJwt ? EitherScheme : ApiKeyScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyScheme, configureOptions: null);
        // Authentication comes with Data Protection for cookies, of which there are none: at startup it would create keys in the home directory.
        builder.Services.Remove(builder.Services.Single(static service =>
            service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(KeyManagementOptions).Assembly));
        if (hasJwt)
        {
            authentication.AddPolicyScheme(EitherScheme, displayName: null, static policy => policy.ForwardDefaultSelector = SelectScheme);
            authentication.AddJwtBearer(ConfigureJwt);
            builder.Services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).ValidateOnStart();
        }
    }

    /// <summary>Authenticates requests. Without keys it adds nothing, so that they cost nothing.</summary>
    /// <returns>The routes of the calls that need a key, and of those that need an operator's.</returns>
    public static (RouteGroupBuilder Callers, RouteGroupBuilder Operators) UseAccessControl(this WebApplication app)
    {
        var (callers, operators) = (app.MapGroup(""), app.MapGroup(""));
        if (app.Services.GetService<ApiKeys>() is not null)
        {
            app.UseAuthentication();
            app.UseAuthorization();
            callers.RequireAuthorization(Callers);
            operators.RequireAuthorization(Operators);
        }
        else if (FindExposedAddress(app.Configuration) is { } address)
        {
            LogAnonymous(app.Logger, address);
        }

        return (callers, operators);
    }

    private static string? FindExposedAddress(IConfiguration configuration) => ListenAddresses.Read(configuration)
        .FirstOrDefault(address => !address.IsUnixPipe && !address.IsNamedPipe && !ListenAddresses.IsLoopback(address))?.ToString();

    /// <summary>A JWT has dots, and an API key has none.</summary>
    private static string SelectScheme(HttpContext context) =>
        !context.Request.Headers.ContainsKey(ApiKeyHandler.HeaderName)
        && ApiKeyHandler.ReadBearerToken(context.Request)?.Contains('.', StringComparison.Ordinal) == true
            ? JwtBearerDefaults.AuthenticationScheme
            : ApiKeyScheme;

    private static void ConfigureJwt(JwtBearerOptions jwt)
    {
        jwt.MapInboundClaims = false;
        jwt.Events = new JwtBearerEvents
        {
            OnTokenValidated = static context =>
            {
                var claims = context.Principal!;
                if (claims.FindFirst("sub") is not { Value.Length: > 0 } subject)
                {
                    context.Fail("The token has no subject.");
                    return Task.CompletedTask;
                }

                // Subjects are unique within their issuer. The name of an API key has no #, so no token can have it.
                context.Principal = Caller.CreatePrincipal(
                    $"{subject.Issuer}#{subject.Value}",
                    JwtBearerDefaults.AuthenticationScheme,
                    claims.FindAll(claim => claim.Type is Caller.RoleClaim or Caller.RequestsPerSecondClaim or Caller.RunningTasksClaim));
                return Task.CompletedTask;
            },
            OnChallenge = static context => context.AuthenticateFailure is SecurityTokenSignatureKeyNotFoundException
                ? CheckIssuerAsync(context.Options, context.HttpContext.RequestAborted)
                : Task.CompletedTask,
        };
    }

    /// <summary>A token is not invalid because the issuer's keys cannot be read now.</summary>
    /// <exception cref="ApiException">They cannot: unavailable.</exception>
    private static async Task CheckIssuerAsync(JwtBearerOptions jwt, CancellationToken cancellationToken)
    {
        try
        {
            await (jwt.ConfigurationManager?.GetConfigurationAsync(cancellationToken) ?? Task.CompletedTask);
        }
        catch (InvalidOperationException)
        {
            throw new ApiException(ApiError.Unavailable);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Other machines reach {Address}, and no API key is set: everyone who reaches it has access to all tasks (Access:AllowAnonymous).")]
    private static partial void LogAnonymous(ILogger logger, string address);
}
