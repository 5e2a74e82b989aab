package io.qcmd.client.cli;

/**
 * The keys g, f and m, which choose what stands under the progress. Only who watches a job for longer gets here: a short one neither starts stty nor touches the
 * terminal. What is drawn asks for keys, ten times a second, so that no thread waits for them, and none is taken from whoever reads the terminal in between.
 */
final class Keys {
    /** From then on a job is one that lasts. */
    static final long AFTER_MILLIS = 1_000;

    static final String HELP = " · g groups · f failures · m minions";

    private final Keyboard keyboard;
    private final Runnable giveStopsBack;
    private Shown shown = Shown.GROUPS;

    /** What stands under the progress. */
    enum Shown {
        /** Who ended alike, the largest first. */
        GROUPS,
        /** Of these, who did not succeed. */
        FAILURES,
        /** Who is at work, and who ended last. */
        MINIONS
    }

    Keys(Session session) {
        keyboard = session.interrupts().keyboard();
        giveStopsBack = session.interrupts()
                .takeStops(
                        () -> {
                            keyboard.stop();
                            session.console().erase();
                        },
                        keyboard::goOn);
    }

    /** Whether somebody can press one now. */
    boolean work() {
        return keyboard.take();
    }

    /** What was chosen last. One thread. */
    Shown shown() {
        for (int key = keyboard.next(); key >= 0; key = keyboard.next()) {
            shown = switch (key) {
                case 'g' -> Shown.GROUPS;
                case 'f' -> Shown.FAILURES;
                case 'm' -> Shown.MINIONS;
                default -> shown;
            };
        }
        return shown;
    }

    /** Somebody is asked: the terminal gives lines, and shows them. */
    void pause() {
        keyboard.giveBack();
    }

    void close() {
        keyboard.close();
        giveStopsBack.run();
    }
}
