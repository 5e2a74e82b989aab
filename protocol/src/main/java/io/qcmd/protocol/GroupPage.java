package io.qcmd.protocol;

import java.util.List;

/** Groups in order of their names, at most 256 a page. */
public record GroupPage(List<Group> groups) {
    public GroupPage {
        groups = List.copyOf(groups);
    }
}
