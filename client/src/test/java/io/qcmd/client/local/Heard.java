package io.qcmd.client.local;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was answered, in order. */
final class Heard implements Answers {
    final List<Object> all = new CopyOnWriteArrayList<>();

    @Override
    public void next(byte[] data) {
        all.add(new String(data, StandardCharsets.UTF_8));
    }

    @Override
    public void ended(Ending how) {
        all.add(how);
    }
}
