package io.qcmd.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import io.qcmd.client.StartedJob;
import io.qcmd.client.TargetResult;
import io.qcmd.protocol.BusStatus;
import io.qcmd.protocol.JobId;
import io.qcmd.protocol.TargetState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends that an endpoint is told of, whatever state it is in and whatever becomes of the bus: no result waits for it, and no callback is lost. */
@Timeout(180)
class CallbackIT {
    private static final byte[] KEY = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path directory;

    private final Queue<Post> posts = new ConcurrentLinkedQueue<>();
    private final int port = House.freePort();
    private House house;
    private HttpServer endpoint;

    /** What came. */
    private record Post(String id, String timestamp, String signature, byte[] body) {
        JsonNode json() {
            try {
                return new ObjectMapper().readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        boolean isSigned() {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
                mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
                return signature.equals("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @BeforeEach
    void open() throws IOException {
        Path key = directory.resolve("ops.key");
        Files.writeString(key, "whsec_" + Base64.getEncoder().encodeToString(KEY));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        house = new House(directory);
    }

    @AfterEach
    void close() {
        if (endpoint != null) {
            endpoint.stop(0);
        }
        house.close();
    }

    @Test
    @Tag("F57")
    void endpointIsDown_theResultComes_andTheCallbackAfterAKillOfTheBus() {
        Program bus = startBus();
        house.startAgent("web1");
        house.awaitUp("web1");

        JobId job = timedOut();
        assertThat(house.result(house.run("web1").shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
        await().atMost(House.LIMIT).until(() -> callbacks().lastError() != null);
        assertThat(callbacks().waiting()).isEqualTo(1);
        assertThat(house.qcmd("status").out()).contains("calls    1 waiting · 0 parked · last error: ops: ");

        bus.kill();
        startEndpoint(204);
        startBus();
        awaitToldOf(job);
        await().atMost(House.LIMIT).ignoreExceptions().until(() -> callbacks().waiting() == 0);
    }

    @Test
    @Tag("F57")
    void endpointAnswers500_theCallbackComesAgain_underTheSameId_untilItIsTaken() {
        startBus();
        house.startAgent("web1");
        house.awaitUp("web1");
        startEndpoint(500);

        JobId job = timedOut();
        await().atMost(House.LIMIT).until(() -> posts.size() >= 3);
        assertThat(posts).extracting(Post::id).containsOnly(posts.element().id());
        assertThat(posts)
                .allMatch(post -> Arrays.equals(post.body(), posts.element().body()));

        endpoint.stop(0);
        posts.clear();
        startEndpoint(200);
        awaitToldOf(job);
        await().atMost(House.LIMIT).until(() -> callbacks().waiting() == 0);
    }

    @Test
    @Tag("F57")
    void endpointNeverReads_resultsComeAllTheSame() throws IOException {
        // Accepted by the kernel, and by nobody else.
        try (ServerSocket deaf = new ServerSocket(port, 50, InetAddress.getByName("127.0.0.1"))) {
            startBus("callback_timeout: 500ms");
            house.startAgent("web1");
            house.awaitUp("web1");

            timedOut();
            await().atMost(House.LIMIT).until(() -> callbacks().lastError() != null);
            assertThat(callbacks().lastError()).isEqualTo("ops: no answer within 500 ms");
            assertThat(house.result(house.run("web1").shell("true")).state()).isEqualTo(TargetState.SUCCEEDED);
            assertThat(deaf.isClosed()).isFalse();
        }
    }

    @Test
    @Tag("A46")
    void endpointOnLoopbackThatWasNotOpened_isNotConnectedTo_andItsCallbackIsParked() {
        startEndpoint(200);
        house.startBus(lines("callback_networks: {}"));
        house.startAgent("web1");
        house.awaitUp("web1");

        timedOut();
        await().atMost(House.LIMIT).until(() -> callbacks().parked() == 1);

        assertThat(callbacks().lastError()).contains("[127.0.0.1]", "not public");
        assertThat(posts).isEmpty();
    }

    @Test
    void jobThatNamesAnEndpoint_isAnswered_andOneThatNamesAStrangerIsRefused() {
        startEndpoint(200);
        startBus("default_callback: none");
        house.startAgent("web1");
        house.awaitUp("web1");

        timedOut();
        StartedJob named =
                House.answer(house.run("web1").shell("exit 3").callback("ops").start());
        awaitToldOf(named.accepted().job(), TargetState.FAILED);
        assertThat(posts).hasSize(1);
        House.Answer stranger = house.qcmd("run", "web1", "--callback", "opps", "--", "true");
        assertThat(stranger.exit()).isEqualTo(2);
        assertThat(stranger.err()).contains("callback 'opps'", "use one of [ops]");
    }

    private void awaitToldOf(JobId job) {
        awaitToldOf(job, TargetState.TIMED_OUT);
    }

    private void awaitToldOf(JobId job, TargetState end) {
        await().atMost(House.LIMIT)
                .until(() -> posts.stream()
                        .anyMatch(post -> post.json().get("job").asText().equals(job.toString())));
        assertThat(posts).allMatch(Post::isSigned);
        assertThat(posts)
                .filteredOn(post -> post.json().get("job").asText().equals(job.toString()))
                .allSatisfy(post -> {
                    assertThat(post.json().get("id").asText()).isEqualTo(post.id());
                    assertThat(StreamSupport.stream(post.json().get("targets").spliterator(), false))
                            .extracting(target -> target.get("minion").asText() + " "
                                    + target.get("state").asText())
                            .containsExactly("web1 " + end);
                });
    }

    /** A job whose target ran out of time, as its result says. */
    private JobId timedOut() {
        StartedJob job = House.answer(house.run("web1")
                .shell("sleep 60")
                .timeout(Duration.ofMillis(200))
                .expire(House.LIMIT)
                .start());
        TargetResult end = House.answer(job.results().single());
        assertThat(end.state()).isEqualTo(TargetState.TIMED_OUT);
        return job.accepted().job();
    }

    private BusStatus.Callbacks callbacks() {
        return House.answer(house.client().status()).callbacks();
    }

    private Program startBus(String... more) {
        Program bus = house.startBus(lines(more));
        house.awaitBus();
        return bus;
    }

    private String[] lines(String... more) {
        return Stream.concat(
                        Stream.of(
                                        "callbacks: {ops: 'http://127.0.0.1:" + port + "/hook'}",
                                        "callback_secrets: {ops: " + directory.resolve("ops.key") + "}",
                                        "callback_events: {ops: FAILED}",
                                        "callback_networks: {ops: 127.0.0.1}",
                                        "default_callback: ops",
                                        "insecure_plain_http_callbacks: true",
                                        "callback_first_pause: 200ms",
                                        "callback_longest_pause: 1s")
                                .filter(line -> Stream.of(more)
                                        .noneMatch(
                                                other -> other.startsWith(line.substring(0, line.indexOf(':') + 1)))),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private void startEndpoint(int status) {
        try {
            endpoint = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 50);
            endpoint.createContext("/hook", exchange -> {
                Headers headers = exchange.getRequestHeaders();
                posts.add(new Post(
                        headers.getFirst("webhook-id"),
                        headers.getFirst("webhook-timestamp"),
                        headers.getFirst("webhook-signature"),
                        exchange.getRequestBody().readAllBytes()));
                exchange.sendResponseHeaders(status, -1);
                exchange.close();
            });
            endpoint.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
