using System.Diagnostics;
using OrleansTasks.Grains.Tasks;
using Raida;

namespace OrleansTasks.Grains.Nodes;

/// <summary>The span of one call to a server, which may be several datagrams. Free while nobody records spans.</summary>
internal readonly struct NodeSpan : IDisposable
{
    private readonly Activity? _span;

    private NodeSpan(Activity? span) => _span = span;

    /// <param name="command">What the server is asked, for example <c>echo</c>.</param>
    public static NodeSpan Start(string command, int raida, RaidaClient client)
    {
        if (!TaskTelemetry.Source.HasListeners())
        {
            return default;
        }

        var span = TaskTelemetry.Source.StartActivity($"{command} RAIDA {raida}", ActivityKind.Client);
        if (span is { IsAllDataRequested: true })
        {
            var server = client.Options.Servers[raida];
            span.SetTag("raida.id", raida).SetTag("server.address", server.Host).SetTag("server.port", server.Port);
        }

        return new NodeSpan(span);
    }

    /// <param name="failure">Why there was no success, without coins' secrets; null if there was.</param>
    public void SetFailure(string? failure)
    {
        if (failure is not null)
        {
            _span?.SetStatus(ActivityStatusCode.Error, failure);
        }
    }

    public void Dispose() => _span?.Dispose();
}
