package io.qcmd.bus.callback;

import io.qcmd.bus.store.CallbackOrder;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All that may be called back. Immutable. */
public final class Endpoints {
    /** Nobody is. */
    public static final Endpoints NONE = new Endpoints(Map.of(), null);

    private final Map<String, Endpoint> byName;
    private final @Nullable Endpoint usual;

    /** @param usual whom a job calls back that names nobody; null: nobody */
    Endpoints(Map<String, Endpoint> byName, @Nullable Endpoint usual) {
        this.byName = new TreeMap<>(byName);
        this.usual = usual;
    }

    public Collection<Endpoint> all() {
        return byName.values();
    }

    /** Whom a new job calls back, and when; null: nobody. A name that is not known: BAD_REQUEST. */
    public @Nullable CallbackOrder order(@Nullable String wanted) {
        Endpoint endpoint = wanted == null ? usual : byName.get(wanted);
        if (endpoint != null) {
            return new CallbackOrder(endpoint.name(), endpoint.ends());
        }
        if (wanted != null) {
            throw new QcmdException(
                    ErrorCode.BAD_REQUEST,
                    "callback '" + wanted + "': is no endpoint of this bus",
                    byName.isEmpty() ? "name one under 'callbacks' in bus.yaml" : "use one of " + byName.keySet());
        }
        return null;
    }
}
