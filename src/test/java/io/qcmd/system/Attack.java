package io.qcmd.system;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a hostile peer does, from its connection to the end of that.
 *
 * @param mark what the bus records of it; null: nothing, as its request is answered with an error
 * @param deed an error when the bus does not end it, or tells more than it should
 */
record Attack(String name, @Nullable Mark mark, Deed deed) {
    interface Deed {
        void on(House house) throws IOException;
    }

    void on(House house) throws IOException {
        deed.on(house);
    }

    @Override
    public String toString() {
        return name;
    }
}
