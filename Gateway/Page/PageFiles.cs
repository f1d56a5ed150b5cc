using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;

namespace OrleansTasks.Gateway.Page;

/// <summary>The web page at <c>/</c>. Its files are resources of the assembly, so every program that embeds the gateway has them.</summary>
internal static class PageFiles
{
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; worker-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static void UsePage(this IApplicationBuilder app) => app.UseFileServer(new FileServerOptions
    {
        FileProvider = new EmbeddedFileProvider(typeof(PageFiles).Assembly, "OrleansTasks.Gateway.wwwroot"),
        StaticFileOptions = { OnPrepareResponse = AddHeaders },
    });

    private static void AddHeaders(StaticFileResponseContext file)
    {
        var headers = file.Context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;

        // Browsers revalidate, so that after an update they never combine files of two versions.
        headers.CacheControl = "no-cache";
    }
}
