using System.Security.Cryptography;
using OrleansTasks.Gateway.Http;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>Starts a task of any kind and answers 202 once it is stored.</summary>
internal static class TaskStart
{
    public static async Task StartAsync(HttpContext context, TaskInput input)
    {
        var grain = context.RequestServices.GetRequiredService<TaskGrains>().Get(CreateId());
        var reply = await grain.Start(input);
        await (reply.Task is null
            ? Envelope.WriteErrorAsync(context.Response, ApiError.TooManyRequests())
            : TaskAnswer.WriteStartedAsync(context, reply.Task));
    }

    /// <summary>A random GUID of version 4, from the cryptographic generator: whoever has no id must not guess one.</summary>
    private static Guid CreateId()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
