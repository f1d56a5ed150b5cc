using System.Text.Json;
using System.Xml.Linq;

namespace OrleansTasks.Silo.Tests;

/// <summary>The list of the packages that the product contains, and their licenses.</summary>
public sealed class LicenseTests
{
    [Fact]
    public void List_of_licenses_has_every_package_of_the_product()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "OrleansTasks.sln")))
        {
            root = root.Parent!;
        }

        var expected = root.GetDirectories()
            .Select(project => Path.Combine(project.FullName, "packages.lock.json"))
            .Where(path => File.Exists(path) && Path.GetFileName(Path.GetDirectoryName(path)) != "bench")
            .SelectMany(ReadPackages)
            .Select(package => $"| {package.Name} | {ReadLicense(package.Name, package.Version)} |")
            .Distinct()
            .Order(StringComparer.Ordinal);

        // The first two rows are the heading.
        var listed = File.ReadLines(Path.Combine(root.FullName, "docs", "licenses.md")).Where(line => line.StartsWith('|')).Skip(2);
        Assert.Equal(expected, listed);
    }

    private static List<(string Name, string Version)> ReadPackages(string lockFile)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(lockFile));
        return [.. file.RootElement.GetProperty("dependencies").EnumerateObject()
            .SelectMany(framework => framework.Value.EnumerateObject())
            .Where(package => package.Value.GetProperty("type").GetString() != "Project")
            .Select(package => (package.Name, package.Value.GetProperty("resolved").GetString()!))];
    }

    private static string ReadLicense(string package, string version)
    {
        var cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        var name = package.ToLowerInvariant();
        var metadata = XDocument.Load(Path.Combine(cache, name, version, $"{name}.nuspec")).Root!.Elements().First();
        return metadata.Elements().Single(element => element.Name.LocalName == "license").Value;
    }
}
