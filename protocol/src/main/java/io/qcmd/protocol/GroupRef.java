package io.qcmd.protocol;

/** A group by its name. */
public record GroupRef(String name) {
    public GroupRef {
        name = Group.checkName(name);
    }
}
