package io.qcmd.bus.courier;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContextBuilder;
import io.qcmd.bus.callback.Courier;
import io.qcmd.bus.callback.Endpoint;
import io.qcmd.bus.store.CallbackRecord;
import io.qcmd.protocol.Version;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.Connection;
import reactor.netty.tcp.SslProvider.GenericSslContextSpec;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpSslContextSpec;

/**
 * Posts callbacks, signed as Standard Webhooks says. The host is resolved once, the address is checked, and that address is connected to: a name cannot mean one
 * thing to the check and another to the connection. TLS compares the certificate with the name all the same. A connection per try; no redirect is followed, no proxy
 * asked, and of an answer nothing is read behind its headers. Thread-safe.
 */
public final class HttpCourier implements Courier {
    private static final int MOST_LOOKUPS = 8;
    private static final int WAITING_LOOKUPS = 1_024;
    private static final int LONGEST_HEADERS = 8 * 1024;
    private static final int LONGEST_STATUS_LINE = 4 * 1024;

    private final Map<String, Receiver> receivers = new HashMap<>();
    private final Duration timeout;
    private final Clock wallClock;
    private final Scheduler timers;
    private final Lookup lookup;
    /** A look-up waits for other machines, and cannot be called back. */
    private final Scheduler lookups = Schedulers.newBoundedElastic(MOST_LOOKUPS, WAITING_LOOKUPS, "callback-lookup");

    private record Receiver(Endpoint endpoint, Secret secret, TcpClient client) {}

    /** The addresses of a host; blocks. */
    @FunctionalInterface
    interface Lookup {
        InetAddress[] of(String host) throws UnknownHostException;
    }

    /** What a rule of ours forbids. */
    private static final class Forbidden extends RuntimeException {
        private static final long serialVersionUID = 1;

        Forbidden(String why) {
            super(why, null, false, false);
        }
    }

    /**
     * Reads the keys; blocks. One that cannot be used: CONFIG_INVALID.
     *
     * @param timeout of one try, look-up and TLS included
     * @param wallClock the receivers compare it with theirs
     */
    public HttpCourier(Collection<Endpoint> endpoints, Duration timeout, Clock wallClock, Scheduler timers) {
        this(endpoints, timeout, wallClock, timers, InetAddress::getAllByName, HttpCourier::comparesNames);
    }

    /** @param tls what is special about TLS */
    HttpCourier(
            Collection<Endpoint> endpoints,
            Duration timeout,
            Clock wallClock,
            Scheduler timers,
            Lookup lookup,
            Consumer<SslContextBuilder> tls) {
        this.timeout = timeout;
        this.wallClock = wallClock;
        this.timers = timers;
        this.lookup = lookup;
        TcpClient plain = client(timeout);
        for (Endpoint endpoint : endpoints) {
            TcpClient client = endpoint.isSecure() ? plain.secure(spec -> spec.sslContext(context(tls))) : plain;
            receivers.put(endpoint.name(), new Receiver(endpoint, Secret.read(endpoint.secret()), client));
        }
    }

    private static GenericSslContextSpec<SslContextBuilder> context(Consumer<SslContextBuilder> tls) {
        return TcpSslContextSpec.forClient().configure(tls);
    }

    static void comparesNames(SslContextBuilder tls) {
        tls.endpointIdentificationAlgorithm("HTTPS");
    }

    private static TcpClient client(Duration timeout) {
        return TcpClient.newConnection()
                .noProxy()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeout.toMillis()));
    }

    @Override
    public Mono<Delivery> deliver(CallbackRecord callback) {
        Receiver receiver = receivers.get(callback.endpoint());
        if (receiver == null) {
            return Mono.just(new Refused("it is no endpoint of bus.yaml any more"));
        }
        return Mono.fromCallable(() -> address(receiver.endpoint))
                .subscribeOn(lookups)
                .flatMap(address -> post(receiver, address, callback))
                .map(HttpCourier::judged)
                .timeout(timeout, timers)
                .onErrorResume(error -> Mono.just(explained(error)));
    }

    /** Lets go of its threads. */
    public void close() {
        lookups.dispose();
    }

    /** The first address of the host that callbacks may go to, under the host's name. */
    private InetSocketAddress address(Endpoint endpoint) throws UnknownHostException {
        String host = endpoint.url().getHost();
        InetAddress[] all = lookup.of(host);
        Optional<InetAddress> open = Arrays.stream(all)
                .filter(address -> !isDisguised(host, address))
                .filter(address -> Reach.isOpen(address, endpoint.networks()))
                .findFirst();
        if (open.isEmpty()) {
            throw new Forbidden("host " + host + " is "
                    + Arrays.stream(all).map(Reach::text).toList() + ", which is not public; see callback_networks");
        }
        String name = host.startsWith("[") ? Reach.text(open.get()) : host;
        return new InetSocketAddress(InetAddress.getByAddress(name, open.get().getAddress()), port(endpoint.url()));
    }

    /** An IPv4 address written as one of IPv6. */
    private static boolean isDisguised(String host, InetAddress address) {
        return host.startsWith("[") && address instanceof Inet4Address;
    }

    private static int port(URI url) {
        if (url.getPort() > 0) {
            return url.getPort();
        }
        return "https".equals(url.getScheme()) ? 443 : 80;
    }

    private Mono<Integer> post(Receiver receiver, InetSocketAddress address, CallbackRecord callback) {
        return receiver.client
                .remoteAddress(() -> address)
                .connect()
                .flatMap(connection ->
                        status(connection, request(receiver, callback)).doFinally(end -> connection.dispose()));
    }

    private FullHttpRequest request(Receiver receiver, CallbackRecord callback) {
        URI url = receiver.endpoint.url();
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        String uri = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
        byte[] body = callback.body().toArray();
        long now = wallClock.instant().getEpochSecond();
        FullHttpRequest request =
                new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.POST, uri, Unpooled.wrappedBuffer(body));
        request.headers()
                .set("host", url.getPort() > 0 ? url.getHost() + ":" + url.getPort() : url.getHost())
                .set("connection", "close")
                .set("content-length", body.length)
                .set("content-type", "application/json")
                .set("user-agent", "qcmd/" + Version.CURRENT)
                .set("webhook-id", callback.id())
                .set("webhook-timestamp", now)
                .set("webhook-signature", receiver.secret.sign(callback.id(), now, body));
        return request;
    }

    /** What it answers; it may do so before it has read everything. */
    private static Mono<Integer> status(Connection connection, FullHttpRequest request) {
        connection.addHandlerLast(new HttpClientCodec(LONGEST_STATUS_LINE, LONGEST_HEADERS, LONGEST_HEADERS));
        Mono<Integer> sent = connection.outbound().sendObject(request).then().then(Mono.empty());
        Mono<Integer> answer = connection
                .inbound()
                .receiveObject()
                .ofType(HttpResponse.class)
                .filter(response -> response.status().codeClass() != HttpStatusClass.INFORMATIONAL)
                .next()
                .flatMap(HttpCourier::status)
                .switchIfEmpty(Mono.error(() -> new IOException("closed the connection without an answer")));
        return Flux.merge(answer, sent).next();
    }

    private static Mono<Integer> status(HttpResponse response) {
        return response.decoderResult().isFailure()
                ? Mono.error(new IOException("answered something else than HTTP"))
                : Mono.just(response.status().code());
    }

    private static Delivery judged(int status) {
        return HttpStatusClass.SUCCESS.contains(status) ? new Taken() : new Failed("answered " + status);
    }

    private Delivery explained(Throwable error) {
        if (error instanceof Forbidden forbidden) {
            return new Refused(String.valueOf(forbidden.getMessage()));
        }
        return new Failed(
                error instanceof TimeoutException
                        ? "no answer within " + timeout.toMillis() + " ms"
                        : error.getClass().getSimpleName() + ", " + firstLine(error.getMessage()));
    }

    private static String firstLine(@Nullable String message) {
        return message == null ? "" : message.lines().findFirst().orElse("");
    }
}
