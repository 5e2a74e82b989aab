package io.qcmd.bus.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.bus.store.CallbackOrder;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.TargetState;
import io.qcmd.protocol.config.ConfigFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackSettingsTest {
    private static final String KEY = "callback_secrets: {ops: /etc/qcmd/ops}\n";

    @Test
    void endpoint_hasWhatItsKeysSay() {
        Endpoints endpoints = settings("callbacks: {ops: 'https://ops.example:8443/hook?a=b'}\n" + KEY
                        + "callback_events: {ops: FAILED DROPPED}\ncallback_networks: {ops: '10.1.0.0/16 ::1'}\n")
                .endpoints();

        assertThat(endpoints.all()).singleElement().satisfies(ops -> {
            assertThat(ops.name()).isEqualTo("ops");
            assertThat(ops.url()).isEqualTo(URI.create("https://ops.example:8443/hook?a=b"));
            assertThat(ops.secret()).isEqualTo(Path.of("/etc/qcmd/ops"));
            assertThat(ops.ends()).containsExactlyInAnyOrder(TargetState.FAILED, TargetState.DROPPED);
            assertThat(ops.networks()).extracting(Object::toString).containsExactly("10.1.0.0/16", "::1");
        });
    }

    @Test
    void job_callsWhomItNames_elseTheDefault_elseNobody() {
        String two = "callbacks: {ops: 'https://ops.example', dev: 'https://dev.example'}\n"
                + "callback_secrets: {ops: /etc/ops, dev: /etc/dev}\n";
        CallbackOrder ops = new CallbackOrder("ops", Set.of());
        CallbackOrder dev = new CallbackOrder("dev", Set.of());

        assertThat(settings(two).endpoints().order(null)).isNull();
        assertThat(settings(two).endpoints().order("dev")).isEqualTo(dev);
        assertThat(settings(two + "default_callback: ops").endpoints().order(null))
                .isEqualTo(ops);
        assertThat(settings(two + "default_callback: ops").endpoints().order("dev"))
                .isEqualTo(dev);
        assertThatThrownBy(() -> settings(two).endpoints().order("opps"))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.hint()).isEqualTo("use one of [dev, ops]"))
                .hasMessageContaining("callback 'opps'");
    }

    @ParameterizedTest
    @Tag("A46")
    @ValueSource(
            strings = {
                "file:///etc/shadow",
                "gopher://ops.example/x",
                "ftp://ops.example",
                "//ops.example",
                "/etc/shadow",
                "mailto:ops@ops.example",
                "https:ops.example",
                "https:///x",
                "https://user:word@ops.example",
                "https://ops.example/#part",
                "https://ops.example:0",
                "https://ops.example:65536",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://127.1/",
                "https://0x7f.1/",
                "https://ops.example/a b"
            })
    void refusesAUrl_thatIsNoPlaceToPostTo(String url) {
        assertRefused("callbacks: {ops: '" + url + "'}\n" + KEY, "url of 'ops'");
    }

    @Test
    void refusesPlainHttp_unlessItsDangerIsNamed() {
        String plain = "callbacks: {ops: 'http://ops.example'}\n" + KEY;

        assertRefused(plain, "insecure_plain_http_callbacks: true");
        assertThat(settings(plain + "insecure_plain_http_callbacks: true")
                        .endpoints()
                        .all())
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "callback_secrets: {}",
                "callback_secrets: {ops: ops.key}",
                KEY + "callback_secrets : {dev: /etc/dev}",
                KEY + "callback_events: {dev: FAILED}",
                KEY + "callback_events: {ops: RUNNING}",
                KEY + "callback_events: {ops: failed}",
                KEY + "callback_networks: {ops: 10.1.0.1/16}",
                KEY + "callback_networks: {ops: localhost}",
                KEY + "default_callback: dev",
                KEY + "callbacks_waiting: 10001",
                KEY + "callback_timeout: 6s",
                KEY + "callback_retries_for: 25h",
                KEY + "callback_first_pause: 1m\ncallback_longest_pause: 1s"
            })
    void refusesSettings_thatDoNotFit(String lines) {
        assertRefused("callbacks: {ops: 'https://ops.example'}\n" + lines, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "Ops", "o.p"})
    void refusesAName_thatCannotBeGiven(String name) {
        assertRefused(
                "callbacks: {" + name + ": 'https://ops.example'}\ncallback_secrets: {" + name + ": /etc/ops}",
                "name '" + name + "'");
    }

    private static void assertRefused(String yaml, String why) {
        assertThatThrownBy(() -> settings(yaml))
                .isInstanceOf(QcmdException.class)
                .hasMessageContaining("config test.yaml")
                .hasMessageContaining(why);
    }

    private static CallbackSettings settings(String yaml) {
        ConfigFile config = ConfigFile.parse("test.yaml", yaml);
        CallbackSettings settings = CallbackSettings.of(config);
        config.done();
        return settings;
    }
}
