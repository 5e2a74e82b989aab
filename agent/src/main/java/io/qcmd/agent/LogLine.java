package io.qcmd.agent;

import ch.qos.logback.classic.pattern.RootCauseFirstThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One line per event, whatever it holds, as the pattern of config/logback.xml writes it: line ends become {@code " | "}, so that a message cannot forge a line; other
 * control and invisible characters become {@code ?}. A stack trace stands on the same line. Thread-safe.
 */
final class LogLine extends LayoutBase<ILoggingEvent> {
    private static final String FRAMES_OF_EACH_CAUSE = "16";
    private static final Pattern LINE_ENDS = Pattern.compile("\\s*[\\r\\n]+\\s*");
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX");

    @Override
    public String doLayout(ILoggingEvent event) {
        String text = event.getFormattedMessage() + trace(event);
        String line =
                INVISIBLE.matcher(LINE_ENDS.matcher(text).replaceAll(" | ")).replaceAll("?");
        String level = event.getLevel().toString();
        return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()).atZone(ZoneId.systemDefault()))
                + " " + level + " ".repeat(Math.max(0, 5 - level.length()))
                + " " + room(event.getLoggerName())
                + " " + line
                + System.lineSeparator();
    }

    // Made when it is needed: most agents never write a trace.
    private static String trace(ILoggingEvent event) {
        if (event.getThrowableProxy() == null) {
            return "";
        }
        RootCauseFirstThrowableProxyConverter trace = new RootCauseFirstThrowableProxyConverter();
        trace.setOptionList(List.of(FRAMES_OF_EACH_CAUSE));
        trace.start();
        return trace.convert(event);
    }

    private static String room(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }
}
