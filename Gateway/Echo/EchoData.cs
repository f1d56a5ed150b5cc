using OrleansTasks.Gateway.Tasks;
using OrleansTasks.Grains.Echo;

namespace OrleansTasks.Gateway.Echo;

/// <summary>The result of an echo, RAIDA 0 first.</summary>
/// <param name="Online">The number of servers that replied.</param>
/// <param name="Pownstring">25 letters: <c>p</c> if the server replied, <c>f</c> if not.</param>
/// <param name="Pownarray">The same as 1 and 0.</param>
/// <param name="Latencies">The time to the reply, or until the request was abandoned, in milliseconds.</param>
internal sealed record EchoData(int Online, string Pownstring, int[] Pownarray, int[] Latencies) : TaskData
{
    public static EchoData From(EchoResult echo) => new(
        echo.Answered.Count(answered => answered),
        string.Concat(echo.Answered.Select(static answered => answered ? 'p' : 'f')),
        Array.ConvertAll(echo.Answered, answered => answered ? 1 : 0),
        echo.LatencyMilliseconds);
}
