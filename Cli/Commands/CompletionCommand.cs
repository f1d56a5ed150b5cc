using System.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary><c>raida completion</c>.</summary>
internal static class CompletionCommand
{
    // The directive [suggest] is System.CommandLine's: it prints what may stand at a position of a command line.
    private const string Bash = """
        _raida() {
          local IFS=$'\n'
          COMPREPLY=($(raida "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null))
        }
        complete -o default -F _raida raida
        """;

    private const string Zsh = """
        _raida() {
          local -a words_to_add
          words_to_add=("${(@f)$(raida "[suggest:$((CURSOR + ${#PREBUFFER}))]" "$BUFFER" 2>/dev/null)}")
          compadd -- $words_to_add
          _files
        }
        compdef _raida raida
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash or zsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh");
        var command = new Command("completion", "Print a script for completion in a shell: eval \"$(raida completion bash)\"") { shell };
        command.SetAction(arguments => Console.WriteLine(arguments.GetValue(shell) == "bash" ? Bash : Zsh));
        return command;
    }
}
