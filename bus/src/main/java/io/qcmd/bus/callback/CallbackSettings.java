package io.qcmd.bus.callback;

import io.qcmd.protocol.config.ConfigFile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Who is called back, and how often it is tried; each component is the key of the same name in bus.yaml.
 *
 * @param callbacks name to URL
 * @param callbackSecrets name to the file of its key; each endpoint has one
 * @param callbackEvents name to the ends it is told of, beside EXPIRED, TIMED_OUT and LOST
 * @param callbackNetworks name to the closed networks it may be in
 * @param defaultCallback the name of the endpoint for jobs that name none; {@code none}: nobody
 * @param insecurePlainHttpCallbacks whether an endpoint may be called without TLS
 * @param callbacksWaiting how many may wait; above it the oldest are parked
 * @param callbacksAtOnce tries under way to one endpoint
 * @param callbackTimeout how long a try may take
 * @param callbackFirstPause the longest pause after a first failure; it doubles with each
 * @param callbackLongestPause the longest of all pauses
 * @param callbackRetriesFor after that time a callback that fails is parked
 */
public record CallbackSettings(
        Map<String, String> callbacks,
        Map<String, String> callbackSecrets,
        Map<String, String> callbackEvents,
        Map<String, String> callbackNetworks,
        String defaultCallback,
        boolean insecurePlainHttpCallbacks,
        int callbacksWaiting,
        int callbacksAtOnce,
        Duration callbackTimeout,
        Duration callbackFirstPause,
        Duration callbackLongestPause,
        Duration callbackRetriesFor) {
    /** Endpoints: each has its lane. */
    static final int MOST = 64;

    private static final String NOBODY = "none";
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_TEXT = 2_048;

    /** Asks the file for its keys. */
    public static CallbackSettings of(ConfigFile config) {
        CallbackSettings settings = new CallbackSettings(
                texts(config, "callbacks"),
                texts(config, "callback_secrets"),
                texts(config, "callback_events"),
                texts(config, "callback_networks"),
                config.text("default_callback", NOBODY),
                config.flag("insecure_plain_http_callbacks", false),
                config.number("callbacks_waiting", 10_000, 1, 10_000),
                config.number("callbacks_at_once", 4, 1, 16),
                config.duration("callback_timeout", "5s", "100ms", "5s"),
                config.duration("callback_first_pause", "1s", "100ms", "1m"),
                config.duration("callback_longest_pause", "5m", "1s", "1h"),
                config.duration("callback_retries_for", "24h", "1s", "24h"));
        settings.check(config);
        return settings;
    }

    private static Map<String, String> texts(ConfigFile config, String key) {
        return config.map(key, MOST, LONGEST_NAME, LONGEST_TEXT);
    }

    /** All that may be called back. */
    public Endpoints endpoints() {
        Map<String, Endpoint> endpoints = new HashMap<>();
        callbacks.forEach((name, url) -> endpoints.put(
                name,
                new Endpoint(
                        name,
                        Endpoint.url(url).orElseThrow(),
                        Path.of(callbackSecrets.getOrDefault(name, "")),
                        optional(callbackEvents, name, Endpoint::ends).orElse(Set.of()),
                        optional(callbackNetworks, name, Endpoint::networks).orElse(List.of()))));
        return new Endpoints(endpoints, endpoints.get(defaultCallback));
    }

    private void check(ConfigFile config) {
        for (String name : callbacks.keySet()) {
            checkEndpoint(config, name);
        }
        checkNames(config, "callback_secrets", callbackSecrets);
        checkNames(config, "callback_events", callbackEvents);
        checkNames(config, "callback_networks", callbackNetworks);
        if (!defaultCallback.equals(NOBODY) && !callbacks.containsKey(defaultCallback)) {
            throw config.invalid("default_callback", "use a name that stands under 'callbacks', or none");
        }
        if (callbackFirstPause.compareTo(callbackLongestPause) > 0) {
            throw config.invalid("callback_first_pause", "use at most callback_longest_pause");
        }
    }

    private void checkEndpoint(ConfigFile config, String name) {
        String of = " of '" + name + "'";
        if (!name.matches(Endpoint.NAME) || name.equals(NOBODY)) {
            throw config.invalid("callbacks", "name '" + name + "': use 1-64 of a-z, 0-9, '_' and '-', not none");
        }
        Optional<URI> url = Endpoint.url(callbacks.getOrDefault(name, ""));
        if (url.isEmpty()) {
            throw config.invalid(
                    "callbacks", "url" + of + ": use https://host[:port][/path], without user and fragment");
        }
        if (url.get().getScheme().equals("http") && !insecurePlainHttpCallbacks) {
            throw config.invalid(
                    "callbacks",
                    "url" + of
                            + ": everybody on the way can read it; use https, or insecure_plain_http_callbacks: true");
        }
        if (!Path.of(callbackSecrets.getOrDefault(name, "")).isAbsolute()) {
            throw config.invalid("callback_secrets", "name the file of the key" + of + ", an absolute path");
        }
        if (callbackEvents.containsKey(name)
                && optional(callbackEvents, name, Endpoint::ends).isEmpty()) {
            throw config.invalid("callback_events", "ends" + of + ": use final states with spaces, as FAILED DROPPED");
        }
        if (callbackNetworks.containsKey(name)
                && optional(callbackNetworks, name, Endpoint::networks).isEmpty()) {
            throw config.invalid("callback_networks", "networks" + of + ": use them with spaces, as 10.1.0.0/16 ::1");
        }
    }

    private void checkNames(ConfigFile config, String key, Map<String, String> texts) {
        for (String name : texts.keySet()) {
            if (!callbacks.containsKey(name)) {
                throw config.invalid(key, "'" + name + "' does not stand under 'callbacks'");
            }
        }
    }

    private static <T> Optional<T> optional(
            Map<String, String> texts, String name, Function<String, Optional<T>> parse) {
        return Optional.ofNullable(texts.get(name)).flatMap(parse);
    }
}
