using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrleansTasks.Gateway.Access;

namespace OrleansTasks.Gateway.Tests;

/// <summary>Callers with keys, and an issuer of JWTs: settings of a host, and clients of it.</summary>
internal static class TestCallers
{
    public const string Alice = "key-of-alice";
    public const string Bob = "key-of-bob";
    public const string Operator = "key-of-the-operator";

    private const string Issuer = "https://issuer.example.org";
    private const string Audience = "orleans-tasks";

    private static readonly byte[] SigningKey = RandomNumberGenerator.GetBytes(32);

    public static string[] Keys { get; } =
    [
        "--Access:Keys:alice:Hash", ApiKeys.Hash(Alice),
        "--Access:Keys:bob:Hash", ApiKeys.Hash(Bob),
        "--Access:Keys:ops:Hash", ApiKeys.Hash(Operator),
        "--Access:Keys:ops:Role", "operator",
    ];

    public static string[] Jwt { get; } =
    [
        "--Authentication:Schemes:Bearer:ValidIssuer", Issuer,
        "--Authentication:Schemes:Bearer:ValidAudiences:0", Audience,
        "--Authentication:Schemes:Bearer:SigningKeys:0:Issuer", Issuer,
        "--Authentication:Schemes:Bearer:SigningKeys:0:Value", Convert.ToBase64String(SigningKey),
    ];

    /// <summary>A client that sends a key, or nothing for null.</summary>
    public static HttpClient CreateClient(GatewayHost host, string? key)
    {
        var client = new HttpClient { BaseAddress = host.Client.BaseAddress };
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        }

        return client;
    }

    /// <summary>A client that sends a bearer token.</summary>
    public static HttpClient CreateClientWithToken(GatewayHost host, string token)
    {
        var client = CreateClient(host, key: null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    /// <summary>Issues a JWT.</summary>
    public static string CreateToken(string? subject, string? role, string audience = Audience, byte[]? signingKey = null)
    {
        var identity = new ClaimsIdentity();
        if (subject is not null)
        {
            identity.AddClaim(new Claim("sub", subject));
        }

        if (role is not null)
        {
            identity.AddClaim(new Claim("role", role));
        }

        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            Subject = identity,
            SigningCredentials = new SigningCredentials(new SymmetricSecurityKey(signingKey ?? SigningKey), SecurityAlgorithms.HmacSha256),
        });
    }
}
