package io.qcmd.agent;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bus and agent must log alike: each line is compared with what config/logback.xml makes of the same event. */
class LogSettingsTest {
    private static final String FILE = "logback.configurationFile";

    private final LoggerContext ours = new LoggerContext();
    private final LoggerContext file = new LoggerContext();
    private final @Nullable String given = System.getProperty(FILE);

    @BeforeEach
    void configure() throws JoranException {
        System.clearProperty(FILE);
        assertThat(new LogSettings().configure(ours)).isEqualTo(Configurator.ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
        JoranConfigurator xml = new JoranConfigurator();
        xml.setContext(file);
        xml.doConfigure("../config/logback.xml");
    }

    @AfterEach
    void restore() {
        ours.stop();
        file.stop();
        if (given != null) {
            System.setProperty(FILE, given);
        }
    }

    @Test
    void isFoundByLogback() {
        assertThat(ServiceLoader.load(Configurator.class)).hasAtLeastOneElementOfType(LogSettings.class);
    }

    @Test
    void leavesTheSettingsToAFile_thatIsNamed() {
        System.setProperty(FILE, "some.xml");
        LoggerContext untouched = new LoggerContext();

        assertThat(new LogSettings().configure(untouched)).isEqualTo(Configurator.ExecutionStatus.INVOKE_NEXT_IF_ANY);
        assertThat(untouched.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"))
                .isNull();
    }

    @Test
    void goesToStderr_fromInfoUp() {
        assertThat(stderr(ours).getTarget()).isEqualTo("System.err");
        assertThat(ours.getLogger("io.qcmd.agent.Agent").getEffectiveLevel()).isEqualTo(Level.INFO);
    }

    @ParameterizedTest
    @Tag("A47")
    @ValueSource(
            strings = {
                "",
                "web1 北京 ü 'x' | 5 %",
                "minion 'a\n2026-01-01 INFO Agent all is well\r'",
                "\u001b]0;owned\u0007 \u009b2J \u202egnp.exe \u2028x \0\t",
                " \r\n \n\n "
            })
    void writesTheLineThatTheFileWrites(String message) {
        ILoggingEvent event = event(message, null);

        assertThat(line(ours, event)).isEqualTo(line(file, event)).hasLineCount(1);
    }

    @Test
    @Tag("A47")
    void writesTheTraceThatTheFileWrites() {
        Exception inner = new IllegalArgumentException("inner");
        ILoggingEvent event = event("failed", new IllegalStateException("outer\u001b[31m\nsecond", inner));

        assertThat(line(ours, event))
                .isEqualTo(line(file, event))
                .hasLineCount(1)
                .contains("inner | at io.qcmd.agent.LogSettingsTest");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1_767_225_600_000L, 1_767_225_600_120L, 1_782_864_059_999L})
    void writesTheTimeThatTheFileWrites(long millis) {
        LoggingEvent event = new LoggingEvent();
        event.setLevel(Level.INFO);
        event.setLoggerName("Agent");
        event.setMessage("tick");
        event.setTimeStamp(millis);

        assertThat(line(ours, event)).isEqualTo(line(file, event)).contains("T");
    }

    private ILoggingEvent event(String message, @Nullable Throwable error) {
        Logger logger = file.getLogger("io.qcmd.agent.Agent");
        return new LoggingEvent(LogSettingsTest.class.getName(), logger, Level.WARN, message, error, null);
    }

    private static String line(LoggerContext context, ILoggingEvent event) {
        return new String(stderr(context).getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private static ConsoleAppender<ILoggingEvent> stderr(LoggerContext context) {
        return (ConsoleAppender<ILoggingEvent>) Objects.requireNonNull(
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr"));
    }
}
