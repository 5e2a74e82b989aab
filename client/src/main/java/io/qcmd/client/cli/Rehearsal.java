package io.qcmd.client.cli;

import io.qcmd.client.local.RehearsalBus;
import io.qcmd.client.profile.ProfileFile;
import io.qcmd.client.profile.Setting;
import io.qcmd.protocol.Accepted;
import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Counts;
import io.qcmd.protocol.Discarded;
import io.qcmd.protocol.Fate;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.MinionId;
import io.qcmd.protocol.Output;
import io.qcmd.protocol.ResultPage;
import io.qcmd.protocol.Return;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.WireCodec;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * What the launcher has the JVM watch when it makes a class-data archive: the command line does what it does most, with a bus of its own and nobody who sees it. An
 * archive holds what was loaded here; what is forgotten comes out of the jars at each start.
 */
public final class Rehearsal {
    private static final JobId JOB = JobId.parse("01ARZ3NDEKTSV4RRFFQ69G5FAV");
    private static final MinionId MINION = new MinionId("web1");
    private static final Bytes LINE = Bytes.utf8("hello\n");

    private Rehearsal() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("qcmd-rehearsal");
        Path socket = directory.resolve("bus.sock");
        WireCodec codec = WireCodec.cbor(WireCodec.Size.LARGE);
        RehearsalBus bus = RehearsalBus.open(socket, codec.encode(accepted()), codec.encode(page()));
        try {
            String url = "rsocket+unix:" + socket;
            play(true, "--bus", url, "run", "web1", "--", "true");
            play(false, "--bus", url, "run", "web1", "--", "true");
            play(false, "--bus", url, "run", "web1", "-o", "json", "--", "ls", "-l");
            playProfile(directory, url);
            play(false, "--version");
            play(false, "help");
            // Nobody is there, and all the classes of a connection over TCP are loaded.
            play(false, "--bus", "rsocket://127.0.0.1:1", "status");
            loadOurs();
        } finally {
            bus.close();
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
        System.exit(ExitCode.OK.code());
    }

    private static void play(boolean terminal, String... arguments) {
        play(terminal, Map.of(), arguments);
    }

    private static void play(boolean terminal, Map<String, String> environment, String... arguments) {
        OutputStream nobody = OutputStream.nullOutputStream();
        Console console = new Console(nobody, nobody, terminal, StandardCharsets.UTF_8);
        QcmdMain.run(console, environment, arguments);
    }

    /** As for people who wrote down where their bus is. */
    private static void playProfile(Path directory, String url) throws IOException {
        Map<String, String> environment = Map.of("HOME", directory.toString());
        Path place = Objects.requireNonNull(ProfileFile.place(environment));
        var unused = ProfileFile.read(place)
                .with(ProfileFile.DEFAULT, Map.of(Setting.BUS, url))
                .write();
        play(false, environment, "run", "web1", "--", "true");
        for (Path made = place; !made.equals(directory); made = Objects.requireNonNull(made.getParent())) {
            Files.delete(made);
        }
    }

    /** The rest of the command line, its client and its messages: the jars beside this class that are ours. */
    private static void loadOurs() throws IOException {
        for (String jar : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (Path.of(jar).getFileName().toString().matches("qcmd-(client|protocol)-.*\\.jar")) {
                load(jar);
            }
        }
    }

    private static void load(String jar) throws IOException {
        try (JarFile file = new JarFile(jar)) {
            file.stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("-info.class"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .forEach(Rehearsal::loadClass);
        }
    }

    private static void loadClass(String name) {
        try {
            Class.forName(name, false, Rehearsal.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a class of our own jar", e);
        }
    }

    private static Accepted accepted() {
        return new Accepted(JOB, 1, Discarded.NONE, 1, 2);
    }

    private static ResultPage page() {
        Return.Captured captured = new Return.Captured(LINE.size(), LINE.size(), Bytes.wrap(new byte[32]));
        Return result = new Return(JOB, TargetState.SUCCEEDED, 0, 210, captured, Return.Captured.NONE, 0, null);
        Fate fate = new Fate(2, MINION, TargetState.SUCCEEDED, 1, result, LINE, Bytes.EMPTY, null, false);
        ResultPage.Piece piece = new ResultPage.Piece(1, MINION, Output.Stream.STDOUT, 0, LINE);
        ResultPage.Hint hint = new ResultPage.Hint(MINION, TargetState.RUNNING);
        Counts counts = new Counts(Map.of(TargetState.SUCCEEDED, 1));
        return new ResultPage(2, List.of(fate), List.of(piece), List.of(hint), counts, true);
    }
}
