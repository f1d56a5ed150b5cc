using System.Security.Claims;
using Microsoft.AspNetCore.Http.Features.Authentication;
using OrleansTasks.Grains.Tasks;

namespace OrleansTasks.Gateway.Access;

/// <summary>Who makes a request, and which tasks it has access to.</summary>
/// <param name="Name">Stored with the tasks that it starts; null without access control.</param>
/// <param name="SeesAll">Whether it has access to the tasks of all callers.</param>
internal sealed record Caller(string? Name, bool SeesAll)
{
    /// <summary>The claim with the name of the caller.</summary>
    public const string NameClaim = "caller";

    /// <summary>The claim with the role of the caller: <see cref="CallerRoleName"/> or <see cref="OperatorRoleName"/>.</summary>
    public const string RoleClaim = "role";

    /// <summary>The claim with the requests per second of the caller, if it has a limit of its own.</summary>
    public const string RequestsPerSecondClaim = "requests_per_second";

    /// <summary>The claim with the number of tasks that may run for the caller, if it has a limit of its own.</summary>
    public const string RunningTasksClaim = "running_tasks";

    public const string CallerRoleName = "caller";
    public const string OperatorRoleName = "operator";

    /// <summary>Without access control, all tasks are shared.</summary>
    private static readonly Caller Anonymous = new(Name: null, SeesAll: true);

    /// <summary>The caller of a request that was authorized, or of any request without access control.</summary>
    public static Caller Of(HttpContext context)
    {
        // HttpContext.User would create a principal for each anonymous request.
        var user = context.Features.Get<IHttpAuthenticationFeature>()?.User;
        return user?.Identity is { IsAuthenticated: true } identity ? new Caller(identity.Name, user.IsInRole(OperatorRoleName)) : Anonymous;
    }

    /// <param name="scheme">The authentication scheme.</param>
    /// <param name="claims">The caller's role and limits.</param>
    public static ClaimsPrincipal CreatePrincipal(string name, string scheme, IEnumerable<Claim> claims) =>
        new(new ClaimsIdentity([new Claim(NameClaim, name), .. claims], scheme, NameClaim, RoleClaim));

    /// <summary>Whether the caller may know of a task.</summary>
    public bool HasAccessTo(TaskSnapshot task) => SeesAll || (Name is not null && Name == task.Owner);
}
