package io.qcmd.client.profile;

import io.qcmd.protocol.EditDistance;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Quoted;
import java.util.Map;

/** A profile was named that the file does not have. */
public final class NoSuchProfile extends QcmdException {
    private static final long serialVersionUID = 1;

    private final String origin;

    /** @param named the name, and who gave it */
    public NoSuchProfile(Given.Value named, ProfileFile file, Map<String, String> environment) {
        super(
                ErrorCode.CONFIG_INVALID,
                "there is no profile " + Quoted.of(named.text()) + " in "
                        + ProfileFile.shown(file.place(), environment),
                hint(named.text(), file));
        origin = named.origin();
    }

    private static String hint(String name, ProfileFile file) {
        return EditDistance.nearest(name, file.profiles().keySet())
                .map(near -> "did you mean " + near + "? qcmd profile ls shows all")
                .orElse("qcmd profile ls, or qcmd profile add " + name + " --bus URL");
    }

    /** For people: where the name is from. */
    public String origin() {
        return origin;
    }
}
