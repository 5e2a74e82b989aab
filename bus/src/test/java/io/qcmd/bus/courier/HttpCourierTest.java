package io.qcmd.bus.courier;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.SslContextBuilder;
import io.qcmd.bus.callback.Courier.Delivery;
import io.qcmd.bus.callback.Courier.Failed;
import io.qcmd.bus.callback.Courier.Refused;
import io.qcmd.bus.callback.Courier.Taken;
import io.qcmd.bus.callback.Endpoint;
import io.qcmd.bus.fleet.Network;
import io.qcmd.bus.store.CallbackRecord;
import io.qcmd.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

class HttpCourierTest {
    private static final byte[] KEY = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);
    private static final Instant NOW = Instant.ofEpochSecond(1_750_000_000);
    private static final CallbackRecord CALLBACK =
            new CallbackRecord(18, "JOB-18", "ops", 1, 0, Bytes.utf8("{\"type\":\"größe\"}"));
    private static final List<Network> LOOPBACK =
            List.of(Network.parse("127.0.0.1").orElseThrow());
    /** The machine may be busy. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private static final int PATIENCE = 20;

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> lookedUp = new ArrayList<>();
    private HttpCourier.Lookup lookup = InetAddress::getAllByName;
    private Scheduler timers = Schedulers.parallel();
    private Consumer<SslContextBuilder> tls = HttpCourier::comparesNames;
    private Path secret;

    @BeforeEach
    void write() throws IOException {
        secret = directory.resolve("ops.key");
        Files.writeString(secret, "whsec_" + Base64.getEncoder().encodeToString(KEY));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    void posts_andSigns() throws GeneralSecurityException {
        Receiver receiver = receiver(Receiver.answering("HTTP/1.1 204 No Content"));

        assertThat(deliver("http://127.0.0.1:" + receiver.port() + "/hook?a=b%20c", LOOPBACK, LONG))
                .isEqualTo(new Taken());

        Receiver.Request request = receiver.requests.remove();
        assertThat(request.line()).isEqualTo("POST /hook?a=b%20c HTTP/1.1");
        assertThat(request.body()).isEqualTo(CALLBACK.body().toArray());
        assertThat(request.headers())
                .containsEntry("host", "127.0.0.1:" + receiver.port())
                .containsEntry("content-type", "application/json")
                .containsEntry("webhook-id", "JOB-18")
                .containsEntry("webhook-timestamp", "1750000000");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
        byte[] signed = mac.doFinal(("JOB-18.1750000000." + CALLBACK.body().utf8()).getBytes(StandardCharsets.UTF_8));
        assertThat(request.headers())
                .containsEntry("webhook-signature", "v1," + Base64.getEncoder().encodeToString(signed));
    }

    @ParameterizedTest
    @Tag("F57")
    @ValueSource(ints = {300, 304, 400, 404, 410, 429, 500, 503})
    void anyOtherAnswer_isAFailure(int status) {
        Receiver receiver = receiver(Receiver.answering("HTTP/1.1 " + status + " X", "content-length: 0"));

        assertThat(deliver(receiver, LONG)).isEqualTo(new Failed("answered " + status));
    }

    @ParameterizedTest
    @Tag("A46")
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirect_isNotFollowed(int status) {
        Receiver inside = receiver(Receiver.answering("HTTP/1.1 200 OK"));
        Receiver receiver = receiver(Receiver.answering(
                "HTTP/1.1 " + status + " Moved",
                "location: http://127.0.0.1:" + inside.port() + "/",
                "content-length: 0"));

        assertThat(deliver(receiver, LONG)).isEqualTo(new Failed("answered " + status));
        assertThat(inside.connections).hasValue(0);
    }

    @ParameterizedTest
    @Tag("A46")
    @ValueSource(
            strings = {
                "127.0.0.1",
                "[::1]",
                "[::ffff:127.0.0.1]",
                "[::ffff:7f00:1]",
                "localhost",
                "2130706433",
                "0.0.0.0",
                "[::]"
            })
    void closedHost_isNotConnectedTo(String host) {
        Receiver receiver = receiver(Receiver.answering("HTTP/1.1 200 OK"));

        Delivery delivery = deliver("http://" + host + ":" + receiver.port() + "/", List.of(), LONG);

        assertThat(delivery).isInstanceOf(Refused.class);
        assertThat(((Refused) delivery).why()).contains("not public");
        assertThat(receiver.connections).hasValue(0);
    }

    @ParameterizedTest
    @Tag("A46")
    @ValueSource(
            strings = {"127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1"
            })
    void nameOfAClosedAddress_isNotConnectedTo(String address) {
        lookup = host -> new InetAddress[] {InetAddress.getByName(address)};
        Receiver receiver = receiver(Receiver.answering("HTTP/1.1 200 OK"));

        assertThat(deliver("http://ops.example:" + receiver.port() + "/", List.of(), LONG))
                .isInstanceOf(Refused.class);
        assertThat(receiver.connections).hasValue(0);
    }

    @Test
    @Tag("A46")
    void ipv4InTheClothesOfIpv6_isNotConnectedTo_whateverIsOpen() {
        Receiver receiver = receiver(Receiver.answering("HTTP/1.1 200 OK"));

        assertThat(deliver("http://[::ffff:127.0.0.1]:" + receiver.port() + "/", LOOPBACK, LONG))
                .isInstanceOf(Refused.class);
        assertThat(receiver.connections).hasValue(0);
    }

    @Test
    @Tag("A46")
    void nameThatChangesItsMeaning_isAskedOnce_andTheCheckedAddressIsConnectedTo() {
        lookup = host -> new InetAddress[] {
            InetAddress.getByName("10.0.0.1"), InetAddress.getByName(lookedUp.size() == 1 ? "127.0.0.1" : "127.0.0.2")
        };
        Receiver receiver = receiver(Receiver.answering("HTTP/1.1 200 OK"));
        String url = "http://ops.example:" + receiver.port() + "/";

        assertThat(deliver(url, LOOPBACK, LONG)).isEqualTo(new Taken());
        assertThat(lookedUp).containsExactly("ops.example");
        assertThat(receiver.requests.remove().headers()).containsEntry("host", "ops.example:" + receiver.port());

        assertThat(deliver(url, LOOPBACK, LONG)).isInstanceOf(Refused.class);
        assertThat(receiver.connections).hasValue(1);
    }

    @Test
    void endpointThatIsNotConfigured_isRefused() {
        HttpCourier courier = courier(List.of(), LONG);

        assertThat(courier.deliver(CALLBACK).block(LONG)).isInstanceOf(Refused.class);
    }

    @Test
    @Tag("F57")
    void nobodyListens_isAFailure() {
        Receiver gone = receiver(Receiver.answering());
        gone.close();

        assertThat(deliver(gone, LONG)).isInstanceOf(Failed.class);
    }

    @Test
    @Tag("F57")
    void unknownName_isAFailure() {
        lookup = host -> {
            throw new UnknownHostException(host);
        };

        assertThat(deliver("http://ops.example/", LOOPBACK, LONG))
                .isEqualTo(new Failed("UnknownHostException, ops.example"));
    }

    @Test
    @Tag("F57")
    void noAnswer_isAFailure_andTheConnectionIsClosed() throws InterruptedException {
        Receiver receiver = receiver((self, peer) -> {
            self.requests.add(Receiver.read(peer.getInputStream()));
            Receiver.read(peer.getInputStream());
        });

        assertThat(deliveredInTime(receiver, CALLBACK)).isEqualTo(new Failed("no answer within 30000 ms"));
        assertThat(receiver.leftAlone.poll(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Tag("F57")
    void receiverThatReadsNothing_isAFailure() throws InterruptedException {
        Receiver receiver =
                receiver((self, peer) -> self.requests.add(new Receiver.Request("connected", Map.of(), new byte[0])));
        CallbackRecord large = new CallbackRecord(18, "JOB-18", "ops", 1, 0, Bytes.wrap(new byte[32 << 20]));

        assertThat(deliveredInTime(receiver, large)).isEqualTo(new Failed("no answer within 30000 ms"));
    }

    /** How it ends when nothing more happens after something has come. */
    private Delivery deliveredInTime(Receiver receiver, CallbackRecord callback) throws InterruptedException {
        VirtualTimeScheduler time = VirtualTimeScheduler.create();
        timers = time;
        CompletableFuture<Delivery> delivery = courier(List.of(endpoint(url(receiver), LOOPBACK)), LONG)
                .deliver(callback)
                .toFuture();
        assertThat(receiver.requests.poll(PATIENCE, TimeUnit.SECONDS)).isNotNull();
        time.advanceTimeBy(LONG.minusMillis(1));
        assertThat(delivery).isNotDone();
        time.advanceTimeBy(Duration.ofMillis(1));
        return delivery.join();
    }

    @Test
    @Tag("F57")
    void peerThatHangsUp_isAFailure() {
        Receiver receiver = receiver((self, peer) -> {
            self.requests.add(Receiver.read(peer.getInputStream()));
            peer.close();
        });

        assertThat(deliver(receiver, LONG))
                .isEqualTo(new Failed("IOException, closed the connection without an answer"));
    }

    @Test
    void interimAnswer_isNotTheAnswer() {
        Receiver receiver = receiver(Receiver.answering(
                "HTTP/1.1 103 Early Hints", "link: x", "", "HTTP/1.1 503 Later", "content-length: 0"));

        assertThat(deliver(receiver, LONG)).isEqualTo(new Failed("answered 503"));
    }

    @Test
    void endlessAnswer_isTakenAtItsFirstLine_andNotRead() throws InterruptedException {
        Receiver receiver = receiver((self, peer) -> {
            self.requests.add(Receiver.read(peer.getInputStream()));
            OutputStream out = peer.getOutputStream();
            out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(new byte[64 * 1024]);
            }
        });

        assertThat(deliver(receiver, LONG)).isEqualTo(new Taken());
        assertThat(receiver.leftAlone.poll(PATIENCE, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200 OK\r\nx: ", "HTTP/1.1 200 ", "nonsense"})
    void endlessHead_isAFailure(String beginning) {
        Receiver receiver = receiver((self, peer) -> {
            self.requests.add(Receiver.read(peer.getInputStream()));
            OutputStream out = peer.getOutputStream();
            out.write(beginning.getBytes(StandardCharsets.US_ASCII));
            byte[] more = new byte[64 * 1024];
            Arrays.fill(more, (byte) 'x');
            out.write(more);
            out.flush();
        });

        assertThat(deliver(receiver, LONG)).isInstanceOf(Failed.class);
    }

    @Test
    @Tag("A46")
    void tlsPeer_isTaken_onlyUnderTheNameOfItsCertificate() throws Exception {
        lookup = host -> new InetAddress[] {InetAddress.getByName("127.0.0.1")};
        KeyStore keys = keys("hooks.test");
        X509Certificate certificate = (X509Certificate) keys.getCertificate("hooks.test");
        Receiver receiver = new Receiver(listening(keys), Receiver.answering("HTTP/1.1 200 OK", "content-length: 0"));
        open.add(receiver);
        String port = ":" + receiver.port() + "/";

        assertThat(deliver("https://hooks.test" + port, LOOPBACK, LONG)).isInstanceOf(Failed.class);

        tls = builder -> {
            HttpCourier.comparesNames(builder);
            builder.trustManager(certificate);
        };
        assertThat(deliver("https://other.test" + port, LOOPBACK, LONG)).isInstanceOf(Failed.class);
        assertThat(receiver.requests).isEmpty();
        assertThat(deliver("https://hooks.test" + port, LOOPBACK, LONG)).isEqualTo(new Taken());
        assertThat(receiver.requests).hasSize(1);
    }

    private Delivery deliver(Receiver receiver, Duration timeout) {
        return deliver(url(receiver), LOOPBACK, timeout);
    }

    private static String url(Receiver receiver) {
        return "http://127.0.0.1:" + receiver.port() + "/";
    }

    private Delivery deliver(String url, List<Network> networks, Duration timeout) {
        return Objects.requireNonNull(courier(List.of(endpoint(url, networks)), timeout)
                .deliver(CALLBACK)
                .block(LONG.multipliedBy(2)));
    }

    private Endpoint endpoint(String url, List<Network> networks) {
        return new Endpoint("ops", URI.create(url), secret, Set.of(), networks);
    }

    private HttpCourier courier(List<Endpoint> endpoints, Duration timeout) {
        HttpCourier courier = new HttpCourier(
                endpoints,
                timeout,
                Clock.fixed(NOW, ZoneOffset.UTC),
                timers,
                host -> {
                    lookedUp.add(host);
                    return lookup.of(host);
                },
                tls);
        open.add(courier::close);
        return courier;
    }

    private Receiver receiver(Receiver.Manner manner) {
        Receiver receiver = Receiver.open(manner);
        open.add(receiver);
        return receiver;
    }

    private static ServerSocket listening(KeyStore keys) throws GeneralSecurityException, IOException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    /** A key and its certificate for this name, signed by itself. */
    private KeyStore keys(String name) throws GeneralSecurityException, IOException, InterruptedException {
        Path file = directory.resolve("keys.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=dns:" + name,
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, "changeit".toCharArray());
        }
        return keys;
    }
}
