package io.qcmd.protocol;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Every route of the bus: a route that is not here does not exist. The name travels as {@code message/x.rsocket.routing.v0} metadata.
 *
 * <p>Agents are always the requester. Questions of clients are requestResponse; answers that may be long are requestStream of pages.
 */
public enum Route {
    /** The hand-off: one message per request(1), after HELLO was reconciled. Data: none. */
    COMMANDS("commands", Interaction.STREAM, Setup.Role.AGENT, Empty.class, Message.class),
    /** Up: lists of {@link Report}, HELLO first. Down: the control lane, lists of {@link Control}. */
    REPORTS("reports", Interaction.CHANNEL, Setup.Role.AGENT, Report.class, Control.class),

    JOB_SUBMIT("job.submit", Interaction.RESPONSE, Setup.Role.CLIENT, Submit.class, Accepted.class),
    JOB_RESULTS("job.results", Interaction.STREAM, Setup.Role.CLIENT, ResultQuery.class, ResultPage.class),
    JOB_CANCEL("job.cancel", Interaction.STREAM, Setup.Role.CLIENT, CancelQuery.class, CancelPage.class),
    JOB_SHOW("job.show", Interaction.RESPONSE, Setup.Role.CLIENT, JobRef.class, JobInfo.class),
    JOB_LIST("job.list", Interaction.STREAM, Setup.Role.CLIENT, JobQuery.class, JobPage.class),
    JOB_REDO("job.redo", Interaction.RESPONSE, Setup.Role.CLIENT, Redo.class, Accepted.class),
    JOB_RETRY("job.retry", Interaction.RESPONSE, Setup.Role.CLIENT, Retry.class, Accepted.class),
    JOB_TARGETS("job.targets", Interaction.STREAM, Setup.Role.CLIENT, TargetQuery.class, TargetPage.class),
    TARGET_EXPLAIN("target.explain", Interaction.RESPONSE, Setup.Role.CLIENT, TraceQuery.class, Trace.class),
    MINION_LIST("minion.list", Interaction.STREAM, Setup.Role.CLIENT, MinionQuery.class, MinionPage.class),
    MINION_PING("minion.ping", Interaction.STREAM, Setup.Role.CLIENT, PingQuery.class, PingPage.class),
    MINION_QUARANTINE(
            "minion.quarantine", Interaction.RESPONSE, Setup.Role.CLIENT, Quarantine.class, Quarantined.class),
    MINION_LABEL("minion.label", Interaction.RESPONSE, Setup.Role.CLIENT, Relabel.class, Relabelled.class),
    MINION_REMOVE("minion.remove", Interaction.RESPONSE, Setup.Role.CLIENT, MinionRef.class, MinionRef.class),
    MINION_TAP("minion.tap", Interaction.STREAM, Setup.Role.CLIENT, TapQuery.class, TapPage.class),
    TARGET_PREVIEW("target.preview", Interaction.STREAM, Setup.Role.CLIENT, PreviewQuery.class, PreviewPage.class),
    GROUP_SET("group.set", Interaction.RESPONSE, Setup.Role.CLIENT, GroupDraft.class, Group.class),
    GROUP_REMOVE("group.remove", Interaction.RESPONSE, Setup.Role.CLIENT, GroupRef.class, Group.class),
    GROUP_LIST("group.list", Interaction.STREAM, Setup.Role.CLIENT, Empty.class, GroupPage.class),
    BUS_STATUS("bus.status", Interaction.RESPONSE, Setup.Role.CLIENT, Empty.class, BusStatus.class);

    /** The interaction models in use; no fire-and-forget, no metadata push. */
    public enum Interaction {
        RESPONSE,
        STREAM,
        CHANNEL
    }

    /** A request without content. */
    public record Empty() {}

    private static final Map<String, Route> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(route -> route.path, Function.identity()));

    private final String path;
    private final Interaction interaction;
    private final Setup.Role role;
    private final Class<?> request;
    private final Class<?> answer;

    Route(String path, Interaction interaction, Setup.Role role, Class<?> request, Class<?> answer) {
        this.path = path;
        this.interaction = interaction;
        this.role = role;
        this.request = request;
        this.answer = answer;
    }

    public static Optional<Route> find(String path) {
        return Optional.ofNullable(BY_NAME.get(path));
    }

    /** The name on the wire. */
    public String path() {
        return path;
    }

    public Interaction interaction() {
        return interaction;
    }

    /** Who may call it. */
    public Setup.Role role() {
        return role;
    }

    /** What one request frame holds; for REPORTS a list of it. */
    public Class<?> request() {
        return request;
    }

    /** How large that may be: as large as the text of a target, where it holds one. */
    public WireCodec.Size requestSize() {
        return switch (this) {
            case JOB_SUBMIT,
                    JOB_REDO,
                    MINION_LIST,
                    MINION_PING,
                    MINION_QUARANTINE,
                    MINION_LABEL,
                    TARGET_PREVIEW,
                    GROUP_SET -> WireCodec.Size.LARGE;
            default -> WireCodec.Size.SMALL;
        };
    }

    /** What one answer frame holds; for REPORTS a list of it. */
    public Class<?> answer() {
        return answer;
    }
}
