package io.qcmd.bus;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shipped config/logback.xml: what the bus and the agent print. */
class LogFormatTest {
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void configure() throws JoranException {
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure("../config/logback.xml");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void goesToStderr_fromInfoUp() {
        assertThat(appender().getTarget()).isEqualTo("System.err");
        assertThat(context.getLogger("io.qcmd.bus.Bus").getEffectiveLevel()).isEqualTo(Level.INFO);
    }

    @Test
    void leavesTextInAnyLanguageAsItIs() {
        assertThat(line("web1 北京 ü 'x' | 5 %", null))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\S+ INFO  Bus web1 北京 ü 'x' \\| 5 %\n");
    }

    @Test
    @Tag("A47")
    void keepsOneLine_whenAMessageTriesToForgeAnother() {
        assertThat(line("minion 'a\n2026-01-01 INFO Bus all is well\r'", null))
                .endsWith("'a | 2026-01-01 INFO Bus all is well | '\n")
                .hasLineCount(1);
        assertThat(line("\u001b]0;owned\u0007 \u009b2J \u202egnp.exe \u2028x \0", null))
                .endsWith("Bus ?]0;owned? ?2J ?gnp.exe ?x ?\n");
    }

    @Test
    @Tag("A47")
    void keepsOneLine_whenThereIsAStackTrace() {
        Exception error = new IllegalStateException("outer\u001b[31m\nsecond", new IllegalArgumentException("inner"));

        assertThat(line("failed", error))
                .hasLineCount(1)
                .contains("Bus failed")
                .contains("IllegalArgumentException: inner | at io.qcmd.bus.LogFormatTest")
                .contains("outer?[31m | second");
    }

    private String line(String message, @Nullable Throwable error) {
        Logger logger = context.getLogger("io.qcmd.bus.Bus");
        ILoggingEvent event = new LoggingEvent(LogFormatTest.class.getName(), logger, Level.INFO, message, error, null);
        return new String(appender().getEncoder().encode(event), StandardCharsets.UTF_8);
    }

    private ConsoleAppender<ILoggingEvent> appender() {
        return (ConsoleAppender<ILoggingEvent>)
                context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender("stderr");
    }
}
