package io.qcmd.bus;

import io.qcmd.bus.store.AuditRecord;
import io.qcmd.bus.store.Restored;
import io.qcmd.bus.store.StoreReport;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.config.ConfigFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** {@code qcmd bus backup FILE}, {@code qcmd bus restore FILE}, {@code qcmd bus check}, each with {@code [--config FILE]}: care of a store from outside. */
final class CareMain {
    private static final int SOUND = 0;
    private static final int DAMAGED = 1;
    private static final Set<String> WITH_FILE = Set.of("backup", "restore");

    private CareMain() {}

    static boolean isMeant(String[] arguments) {
        return arguments.length > 0 && (arguments[0].equals("check") || WITH_FILE.contains(arguments[0]));
    }

    /** Does it; the exit code: 0, or 1 when a check found damage. What cannot be done is thrown. */
    static int run(String[] arguments, Path usual) {
        String verb = arguments[0];
        boolean hasFile = WITH_FILE.contains(verb);
        List<String> rest = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
        // Before the options or behind them.
        String file =
                hasFile && rest.size() % 2 == 1 ? rest.remove(rest.get(0).startsWith("--") ? rest.size() - 1 : 0) : "";
        if (hasFile && (file.isEmpty() || file.startsWith("--"))) {
            throw new QcmdException(ErrorCode.BAD_REQUEST, verb + ": names no file", "qcmd bus " + verb + " FILE");
        }
        Keeping keeping = BusSettings.of(ConfigFile.ofArguments(rest.toArray(new String[0]), usual))
                .keeping();
        switch (verb) {
            case "backup" -> backup(keeping, Path.of(file));
            case "restore" -> restore(keeping, Path.of(file));
            default -> {
                return check(keeping);
            }
        }
        return SOUND;
    }

    private static int check(Keeping keeping) {
        StoreReport report = Store.check(keeping);
        report.findings().forEach(System.out::println);
        if (report.isSound()) {
            System.out.println("sound: " + contents(report));
            return SOUND;
        }
        System.out.println("damaged: " + keeping.data() + "\n  try: stop the bus, then qcmd bus restore FILE");
        return DAMAGED;
    }

    private static void backup(Keeping keeping, Path file) {
        StoreReport report = Store.backup(keeping, file);
        System.out.println("backup: " + contents(report) + " in " + file);
    }

    private static void restore(Keeping keeping, Path file) {
        String actor =
                "uid " + LocalUser.uid() + " (pid " + ProcessHandle.current().pid() + ")";
        AuditRecord audit = new AuditRecord(System.currentTimeMillis(), actor, "RESTORE", file.toString(), "restored");
        Restored restored = Store.restore(keeping, file, audit);
        System.out.println("restored: " + contents(restored.report()) + "; " + restored.interrupted()
                + " targets that had no fate are INTERRUPTED");
        if (restored.aside() != null) {
            System.out.println("the database that was there is kept: " + restored.aside());
        }
    }

    private static String contents(StoreReport report) {
        return report.jobs() + " jobs, " + report.fates() + " fates, " + report.pieces() + " pieces of output, "
                + (report.bytes() >> 10) + " KiB";
    }
}
