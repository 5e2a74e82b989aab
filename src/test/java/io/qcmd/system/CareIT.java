package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.TargetState;
import io.qcmd.system.House.Answer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store from outside: {@code qcmd bus backup}, {@code restore} and {@code check}, as an operator types them, and what a bus says of a store that is damaged. */
@Timeout(300)
class CareIT {
    /** A machine that is busy with other things is no reason to refuse a job here. */
    private static final String PATIENT = "event_loop_lag_limit: 10s";

    @TempDir
    Path directory;

    @Test
    @Tag("F30")
    void aBackupOfARunningBus_isRestored_andADamagedStoreIsToldAndReplaced() throws IOException {
        try (House house = new House(directory)) {
            Program bus = house.startBus(PATIENT);
            house.startAgent("web1");
            house.startAgent("web2");
            house.awaitUp("web1", "web2");
            house.stopAgent("web2");
            assertThat(house.result(house.run("web1").shell("echo one")).state())
                    .isEqualTo(TargetState.SUCCEEDED);
            Path marker = house.file("marker");
            StartedJob waiting = House.answer(house.run("web2")
                    .shell("echo x >> " + marker)
                    .expire(Duration.ofMinutes(5))
                    .start());

            assertThat(care(house, "check"))
                    .matches(done -> done.exit() == 0)
                    .asString()
                    .contains("sound: 2 jobs");
            Path backup = house.file("backup.db");
            assertThat(care(house, "backup", backup.toString())).matches(done -> done.exit() == 0);
            assertIsWhatSha256sumSays(backup);
            assertThat(house.result(house.run("web1").shell("echo two")).state())
                    .isEqualTo(TargetState.SUCCEEDED);
            Answer refused = care(house, "restore", backup.toString());
            assertThat(refused.exit()).as("%s", refused).isEqualTo(2);
            assertThat(refused.err()).contains("is held by another bus", "stop the other one");

            bus.close();
            assertThat(care(house, "restore", backup.toString()))
                    .matches(done -> done.exit() == 0)
                    .asString()
                    .contains("1 targets that had no fate are INTERRUPTED", "qcmd.db.before-");
            bus = house.startBus(PATIENT);
            house.awaitUp("web1");
            assertThat(House.answer(house.client().jobs(10).count())).isEqualTo(2);
            TargetResult end = House.answer(waiting.results().single());
            assertThat(end.state()).isEqualTo(TargetState.INTERRUPTED);
            house.startAgent("web2");
            assertThat(house.result(house.run("web2").shell("echo back")).state())
                    .isEqualTo(TargetState.SUCCEEDED);
            assertThat(marker).doesNotExist();

            bus.close();
            damage(house.file("bus").resolve("qcmd.db"));
            assertThat(care(house, "check").exit()).isNotZero();
            Program damaged = house.startBus(PATIENT);
            assertThat(damaged.exit(House.LIMIT)).as("%s", damaged).isEqualTo(2);
            assertThat(damaged.err())
                    .contains("damaged", "left as it is", "qcmd bus restore")
                    .doesNotContain("\tat ");
            assertThat(care(house, "restore", backup.toString())).matches(done -> done.exit() == 0);
            house.startBus(PATIENT);
            house.awaitUp("web1");
            assertThat(House.answer(house.client().jobs(10).count())).isEqualTo(2);
        }
    }

    @Test
    @Tag("F07")
    void aBusThatIsKilledWhileItStarts_twiceInARow_startsOnASoundStore() throws IOException {
        try (House house = new House(directory)) {
            Program bus = house.startBus(PATIENT);
            house.startAgent("web1");
            house.awaitUp("web1");
            house.stopAgent("web1");
            Path marker = house.file("marker");
            StartedJob waiting = House.answer(house.run("web1")
                    .shell("echo x >> " + marker)
                    .expire(Duration.ofMinutes(5))
                    .start());
            bus.kill();
            for (int i = 0; i < 2; i++) {
                Program starting = house.startBus(PATIENT);
                Path lock = house.file("bus").resolve("lock");
                await().atMost(House.LIMIT)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> Files.readString(lock).equals(String.valueOf(starting.pid())));
                starting.kill();
            }
            assertThat(care(house, "check")).matches(done -> done.exit() == 0);

            house.startBus(PATIENT);
            house.awaitBus();
            house.startAgent("web1");

            assertThat(House.answer(waiting.results().single()).state()).isEqualTo(TargetState.SUCCEEDED);
            assertThat(Files.readAllLines(marker)).hasSize(1);
            assertThat(House.answer(waiting.info()).completesBy())
                    .isEqualTo(waiting.accepted().completesBy());
        }
    }

    private Answer care(House house, String verb, String... file) {
        List<String> words = new ArrayList<>(List.of("bus", verb));
        words.addAll(List.of("--config", directory.resolve("bus.yaml").toString()));
        // Users write it on either side.
        words.addAll(verb.equals("backup") ? 2 : words.size(), List.of(file));
        return house.qcmd(words.toArray(new String[0]));
    }

    private void assertIsWhatSha256sumSays(Path backup) {
        try (Program sum = Program.start(
                directory, "sum", Map.of(), List.of("sha256sum", "-c", backup.getFileName() + ".sha256"))) {
            assertThat(sum.exit(House.LIMIT)).as("%s", sum).isZero();
        }
    }

    private static void damage(Path database) throws IOException {
        try (FileChannel file = FileChannel.open(database, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.allocate(4_096 * 3), 4_096);
        }
    }
}
