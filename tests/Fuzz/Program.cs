using System.Diagnostics;
using System.Globalization;
using OrleansTasks.Fuzz;

// Fuzz SECONDS CORPUS [SEED]: fuzzes every target, and adds inputs that reach new code to the directory CORPUS. Exit code 1 after a fault, whose
// input is then in the directory of its target, too.
// The program starts itself again from a copy in which the assemblies under test are instrumented.
const string Instrumented = "--instrumented";
if (args is not [_, _, ..])
{
    Console.Error.WriteLine("usage: Fuzz SECONDS CORPUS [SEED]");
    return 2;
}

if (args[^1] == Instrumented)
{
    var seed = args.Length > 3 ? int.Parse(args[2], CultureInfo.InvariantCulture) : Random.Shared.Next();
    return Campaign.Run(TimeSpan.FromSeconds(double.Parse(args[0], CultureInfo.InvariantCulture)), args[1], seed);
}

var copy = Directory.CreateTempSubdirectory("fuzz");
try
{
    foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
    {
        File.Copy(file, Path.Combine(copy.FullName, Path.GetFileName(file)));
    }

    foreach (var assembly in (string[])["Raida.dll", "Gateway.dll", "Grains.dll", "Orleans.Serialization.dll"])
    {
        _ = SharpFuzz.Fuzzer.Instrument(Path.Combine(copy.FullName, assembly), static _ => true, SharpFuzz.Options.Value).ToArray();
    }

    using var process = Process.Start("dotnet", [Path.Combine(copy.FullName, "Fuzz.dll"), args[0], Path.GetFullPath(args[1]), .. args[2..], Instrumented]);
    await process.WaitForExitAsync();
    return process.ExitCode;
}
finally
{
    copy.Delete(recursive: true);
}
