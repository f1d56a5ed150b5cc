using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features.Authentication;
using OrleansTasks.Gateway.OpenApi;

namespace OrleansTasks.Gateway.Http;

/// <summary>
/// Rejects requests of foreign web pages to endpoints that start or change something. A browser sends a form or the address of an image without
/// asking, and CORS only keeps the page from reading the response. A request with a key is no forgery: a page cannot add one unless CORS lets it.
/// </summary>
internal sealed class CrossSiteRequests(RequestDelegate next, ICorsPolicyProvider policies)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<ChangesSomething>() is not null
            && context.Features.Get<IHttpAuthenticationFeature>()?.User?.Identity?.IsAuthenticated != true
            ? CheckAsync(context)
            : next(context);

    private async Task CheckAsync(HttpContext context)
    {
        if (await IsForeignAsync(context))
        {
            await ApiError.CrossSiteRequest.ToResult(context).ExecuteAsync(context);
            return;
        }

        await next(context);
    }

    private async Task<bool> IsForeignAsync(HttpContext context)
    {
        // Browsers send it to https and loopback addresses, and no script can change it. "none": the user entered the address.
        var request = context.Request;
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "same-origin" or "none")
        {
            return false;
        }

        if (request.Headers.Origin is [{ } origin, ..])
        {
            return !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
                && (await policies.GetPolicyAsync(context, policyName: null))?.IsOriginAllowed(origin) != true;
        }

        // Without either header it is no browser, or an image's address in a page of plain http, which cannot be recognized.
        return site != "" && !(site == "same-site" && Origins.IsLoopbackHost(request.Host.Host));
    }
}

/// <summary>Marks an endpoint that starts or changes something.</summary>
internal sealed class ChangesSomething;

/// <summary>Adds the mark.</summary>
internal static class CrossSiteProtection
{
    /// <summary>Protects an endpoint that starts or changes something from pages of foreign origins.</summary>
    public static RouteHandlerBuilder ProtectFromForeignPages(this RouteHandlerBuilder endpoint) =>
        endpoint.WithMetadata(new ChangesSomething(), new PossibleErrors(ApiError.CrossSiteRequest));
}
