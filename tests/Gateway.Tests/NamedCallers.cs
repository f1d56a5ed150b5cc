using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Authenticates each request as the operator that a header of the test names.</summary>
internal sealed class NamedCallers : IStartupFilter
{
    public const string Header = "X-Test-Caller";

    public static void Add(WebApplicationBuilder builder) => builder.Services.AddTransient<IStartupFilter, NamedCallers>();

    public static HttpRequestMessage CreateRequest(HttpMethod method, string path, string? caller, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        foreach (var (name, value) in caller is null ? headers : [(Header, caller), .. headers])
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            if (context.Request.Headers[Header] is [{ } name, ..])
            {
                context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, name), new Claim(ClaimTypes.Role, "operator")], "test"));
            }

            return rest(context);
        });
        next(app);
    };
}
