package io.qcmd.client.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = "The script for the TAB key.",
        footer = {
            "",
            "bash   qcmd completion bash > ~/.local/share/bash-completion/completions/qcmd",
            "zsh    qcmd completion zsh > ~/.qcmd.zsh        and in ~/.zshrc: source ~/.qcmd.zsh",
            "fish   qcmd completion fish > ~/.config/fish/completions/qcmd.fish"
        })
final class CompletionVerb implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "bash|zsh|fish", description = "The shell.")
    private Completion.Shell shell = Completion.Shell.BASH;

    CompletionVerb(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.console()
                .print(new Completion(shell)
                        .script(new Cli(session.afresh()).line())
                        .stripTrailing());
        session.console().flush();
        return ExitCode.OK.code();
    }
}
