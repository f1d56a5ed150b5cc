using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Gateway.Access;

/// <summary>
/// Authenticates requests by an API key, in <c>X-Api-Key</c> or as a bearer token; on pages that take a <see cref="PasswordSignIn"/> also as a
/// password with any user name.
/// </summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    ApiKeys keys) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string HeaderName = "X-Api-Key";

    private const string BearerPrefix = "Bearer ";

    /// <summary>The token of an <c>Authorization: Bearer</c> header; null without one.</summary>
    public static string? ReadBearerToken(HttpRequest request)
    {
        var value = request.Headers.Authorization.ToString();
        return value.StartsWith(BearerPrefix, StringComparison.OrdinalIgnoreCase) ? value[BearerPrefix.Length..].Trim() : null;
    }

    private bool TakesPassword => Context.GetEndpoint()?.Metadata.GetMetadata<PasswordSignIn>() is not null;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var key = Request.Headers.TryGetValue(HeaderName, out var value) ? value.ToString()
            : ReadBearerToken(Request) ?? (TakesPassword ? ReadPassword(Request) : null);
        return Task.FromResult(
            key is null ? AuthenticateResult.NoResult()
            : keys.Find(key) is { } caller ? AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name))
            : AuthenticateResult.Fail("Unknown API key."));
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = TakesPassword ? "Basic realm=\"API key as password\", charset=\"UTF-8\"" : BearerPrefix.TrimEnd();
        return base.HandleChallengeAsync(properties);
    }

    private static string? ReadPassword(HttpRequest request)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header)
            || !header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var text = new byte[header.Parameter?.Length ?? 0];
        return Convert.TryFromBase64String(header.Parameter ?? "", text, out var length)
            ? Encoding.UTF8.GetString(text, 0, length).Split(':', count: 2)[^1]
            : null;
    }
}

/// <summary>Marks a page that a browser opens, for which it asks its user: it cannot send a header with a key. Such a page changes nothing.</summary>
internal sealed class PasswordSignIn;
