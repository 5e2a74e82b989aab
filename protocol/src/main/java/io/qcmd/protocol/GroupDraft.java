package io.qcmd.protocol;

/** Saves a group, in place of an older one of that name. Its expression must be readable; whom it names is asked for at each use. */
public record GroupDraft(String name, Target target) {
    public GroupDraft {
        name = Group.checkName(name);
    }
}
