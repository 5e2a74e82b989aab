package io.qcmd.protocol;

import java.util.List;

/** Some minions in order of id, at most 256 a page. */
public record MinionPage(List<MinionInfo> minions) {
    public MinionPage {
        minions = List.copyOf(minions);
    }
}
