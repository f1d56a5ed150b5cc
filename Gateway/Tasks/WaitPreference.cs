using System.Globalization;

namespace OrleansTasks.Gateway.Tasks;

/// <summary>The preference <c>wait</c> of a Prefer header (RFC 7240): how long the client is willing to wait for the end of a task.</summary>
internal static class WaitPreference
{
    private const uint MaxSeconds = 60;

    /// <summary>Reads the header, and confirms the preference in the response.</summary>
    /// <returns>At most 60 s; zero if there is no valid preference, which the RFC requires to be ignored.</returns>
    public static TimeSpan Apply(string? prefer, HttpResponse response)
    {
        if (Read(prefer) is not { } seconds)
        {
            return TimeSpan.Zero;
        }

        response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={seconds}");
        return TimeSpan.FromSeconds(seconds);
    }

    /// <summary>Reads the header.</summary>
    /// <returns>0 to 60 s; null if there is no valid preference.</returns>
    public static uint? Read(string? prefer)
    {
        // Without a string for each part: a header may have thousands of them.
        var header = prefer.AsSpan();
        foreach (var range in header.Split(','))
        {
            var preference = header[range];
            if (preference.IndexOf(';') is >= 0 and var end)
            {
                preference = preference[..end];
            }

            if (preference.IndexOf('=') is >= 0 and var equals
                && preference[..equals].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase)
                && uint.TryParse(preference[(equals + 1)..].Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            {
                return Math.Min(seconds, MaxSeconds);
            }
        }

        return null;
    }
}
