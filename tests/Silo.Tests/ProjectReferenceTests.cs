using System.Xml.Linq;

namespace OrleansTasks.Silo.Tests;

/// <summary>The direction of references between the projects of the product.</summary>
public sealed class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Client"] = [],
        ["Cli"] = ["Client"],
        ["Raida"] = [],
        ["Raida.LocalNetwork"] = ["Raida"],
        ["Grains.Interfaces"] = [],
        ["Grains"] = ["Grains.Interfaces", "Raida"],
        ["ServiceDefaults"] = ["Grains.Interfaces"],
        ["Gateway"] = ["Grains.Interfaces", "Raida", "ServiceDefaults"],
        ["Silo"] = ["Gateway", "Grains", "Grains.Interfaces", "Raida", "Raida.LocalNetwork", "ServiceDefaults"],
    };

    private static readonly string Root = FindRoot();

    public static TheoryData<string> Projects =>
        [.. Directory.GetDirectories(Root).SelectMany(directory => Directory.GetFiles(directory, "*.csproj")).Select(GetName).Except(["Bench"])];

    [Fact]
    public void Every_project_but_ServiceDefaults_is_found() =>
        Assert.Superset(Allowed.Keys.Except(["ServiceDefaults"]).ToHashSet(), Projects.Select(row => row.Data).ToHashSet());

    [Theory]
    [MemberData(nameof(Projects))]
    public void Project_references_only_projects_below_it(string project)
    {
        Assert.True(Allowed.TryGetValue(project, out var allowed), $"{project} is not in the table of this test.");

        Assert.Empty(GetReferences(project, "ProjectReference").Select(GetName).Except(allowed));
    }

    [Fact]
    public void Grains_Interfaces_references_only_the_Orleans_SDK() =>
        Assert.Equal(["Microsoft.Orleans.Sdk"], GetReferences("Grains.Interfaces", "PackageReference"));

    private static IEnumerable<string> GetReferences(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, project, $"{project}.csproj")).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static string GetName(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static string FindRoot()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OrleansTasks.sln")))
        {
            directory = directory.Parent ?? throw new DirectoryNotFoundException("OrleansTasks.sln is not above the tests.");
        }

        return directory.FullName;
    }
}
