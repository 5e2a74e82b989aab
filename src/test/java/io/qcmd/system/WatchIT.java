package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** What the watch over servers finds in a process that does what it must not. */
@Timeout(120)
class WatchIT {
    @TempDir
    static Path directory;

    @Test
    void tellsOfABlockedThread_andOfALeakedBuffer() throws IOException {
        Watch watch = Watch.in(directory, "planted");
        List<String> words = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        words.addAll(List.of(watch.options().split(" ")));
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), Planted.class.getName()));

        try (Program planted = Program.start(directory, "planted", Map.of(), words)) {
            await().atMost(House.LIMIT).until(() -> planted.out().contains("planted") || !planted.isAlive());
            assertThat(planted.out()).as("%s", planted).contains("planted: it slept");
            await().atMost(House.LIMIT).untilAsserted(() -> {
                assertThat(watch.memory()).isPositive();
                assertThat(watch.found())
                        .contains("BLOCKED on parallel-1", "java.lang.Thread.sleep")
                        .contains("LEAKED ByteBuf", "WatchIT$Planted.leak");
            });
        }
    }

    /** Leaks a buffer, sleeps on a thread that must not, and waits to be ended. */
    static final class Planted {
        public static void main(String[] arguments) {
            leak();
            String said = Mono.fromCallable(() -> {
                        Thread.sleep(1);
                        return "it slept";
                    })
                    .subscribeOn(Schedulers.parallel())
                    .block();
            System.out.println("planted: " + said);
            assertThat(Mono.never().blockOptional()).isEmpty();
        }

        private static void leak() {
            ByteBuf lost = ByteBufAllocator.DEFAULT.buffer(100);
            assertThat(lost.refCnt()).isEqualTo(1);
        }
    }
}
