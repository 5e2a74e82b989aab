package io.qcmd.protocol;

import java.util.List;

/** Answers to a cancel, at most 256 a page. */
public record CancelPage(List<Answer> answers) {
    /** FENCED: will never start, or has ended. PENDING: the agent was told; its fate is there by {@code completesBy}. */
    public enum Effect {
        FENCED,
        PENDING
    }

    /** What the cancel meant for one minion. */
    public record Answer(MinionId minion, Effect effect, TargetState state, long completesBy) {}

    public CancelPage {
        answers = List.copyOf(answers);
    }
}
