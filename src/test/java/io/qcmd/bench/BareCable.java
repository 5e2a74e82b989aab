package io.qcmd.bench;

import java.nio.file.Path;

/** Bare RSocket with so many minions: what our figures are divided by. */
final class BareCable implements AutoCloseable {
    private final Child server;
    private final Child clients;
    private final Stage stage;

    BareCable(Path directory, int minions) {
        server = Child.start(BareServerMain.class, directory);
        clients = Child.start(BareClientsMain.class, directory);
        stage = new Stage(minions, server, clients);
    }

    Stage stage() {
        return stage;
    }

    /** One frame down to each minion and one back; nanoseconds. */
    long round() {
        return Long.parseLong(server.ask("round", stage.minions()));
    }

    @Override
    public void close() {
        clients.close();
        server.close();
    }
}
