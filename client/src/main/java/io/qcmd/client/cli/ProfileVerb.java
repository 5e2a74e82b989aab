package io.qcmd.client.cli;

import io.qcmd.client.BusUrl;
import io.qcmd.client.profile.Given;
import io.qcmd.client.profile.ProfileFile;
import io.qcmd.client.profile.Setting;
import io.qcmd.protocol.EditDistance;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;

@Command(
        name = "profile",
        description = "What to know about each bus: profile ls, show, add, use, rm. See qcmd help environment.")
final class ProfileVerb {
    private static final String NAME = "1-64 of [a-z0-9._-].";

    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** One line of {@code profile ls}. */
    private record Line(String name, boolean isCurrent, Map<Setting, String> values) {}

    /** One line of {@code profile show}. */
    private record Row(String name, String value, String origin) {}

    ProfileVerb(Session session) {
        this.session = session;
    }

    @Command(name = "ls", description = "All profiles; * is the current one.")
    int ls() {
        ProfileFile file = file();
        String current = file.current() == null ? ProfileFile.DEFAULT : file.current();
        Listing<Line> listing = new Listing<>(
                "profile",
                List.of("PROFILE", "CURRENT", "BUS"),
                line -> List.of(
                        line.name(),
                        line.isCurrent() ? "*" : "",
                        Escape.text(line.values().getOrDefault(Setting.BUS, ""))),
                (line, out) -> {
                    out.writeStringField("profile", line.name());
                    out.writeBooleanField("current", line.isCurrent());
                    for (Map.Entry<Setting, String> value : line.values().entrySet()) {
                        out.writeStringField(value.getKey().key(), value.getValue());
                    }
                });
        listing.print(
                Flux.fromIterable(file.profiles().entrySet())
                        .map(each -> new Line(each.getKey(), each.getKey().equals(current), each.getValue())),
                session);
        return ExitCode.OK.code();
    }

    @Command(name = "show", description = "What holds now, profile, environment and options taken together.")
    int show(@Option(names = "--origin", description = "Also where each value is from.") boolean origin) {
        settings().check();
        Given.Value chosen = settings().chosen();
        Row profile =
                chosen == null ? new Row("profile", "", "none") : new Row("profile", chosen.text(), chosen.origin());
        Listing<Row> listing = new Listing<>(
                "setting",
                List.of("SETTING", "VALUE", "ORIGIN"),
                row -> List.of(row.name(), Escape.text(row.value()), origin ? row.origin() : ""),
                (row, out) -> {
                    out.writeStringField("setting", row.name());
                    out.writeStringField("value", row.value());
                    out.writeStringField("origin", row.origin());
                });
        listing.print(
                Flux.just(profile).concatWith(Flux.fromArray(Setting.values()).map(this::row)), session);
        return ExitCode.OK.code();
    }

    private Row row(Setting setting) {
        String typed = typed(setting);
        Given.Value given = settings().given().get(setting);
        if (typed != null) {
            return new Row(setting.key(), typed, "from " + setting.option());
        } else if (given != null) {
            return new Row(setting.key(), given.text(), given.origin());
        } else if (setting == Setting.BUS) {
            BusUrl bus = session.bus();
            return new Row(setting.key(), bus.url(), bus.origin());
        }
        return new Row(setting.key(), setting.fallback(), "default");
    }

    @Command(
            name = "add",
            description =
                    "Keep what to know about a bus: qcmd profile add prod --bus URL timeout=2m. --yes replaces an older one.")
    int add(
            @Parameters(index = "0", paramLabel = "NAME", description = NAME) String name,
            @Parameters(
                            index = "1..*",
                            arity = "0..*",
                            paramLabel = "KEY=VALUE",
                            description = "Of bus, output, timeout, interrupt, connect_timeout.")
                    @Nullable
                    List<String> words) {
        Map<Setting, String> values = new EnumMap<>(Setting.class);
        String bus = typed(Setting.BUS);
        if (bus != null) {
            values.put(Setting.BUS, bus);
        }
        for (String word : words == null ? List.<String>of() : words) {
            String before = values.put(setting(word), word.substring(word.indexOf('=') + 1));
            if (before != null) {
                throw new UsageError("'" + word + "' is said twice", "qcmd help profile add");
            }
        }
        values.forEach(this::check);
        ProfileFile file = file();
        if (file.profiles().containsKey(name) && !session.globals().yes()) {
            throw new UsageError("profile '" + name + "' exists", "say --yes to replace it, or choose another name");
        }
        int exit = written(file.with(name, values), "saved profile '" + name + "'");
        Names names = names();
        names.see(name);
        names.keep();
        return exit;
    }

    @Command(name = "use", description = "Make a profile the current one.")
    int use(@Parameters(paramLabel = "PROFILE", description = "Its name.") String name) {
        return written(existing(name).using(name), "profile '" + name + "' is the current one");
    }

    @Command(name = "rm", description = "Forget a profile.")
    int rm(@Parameters(paramLabel = "PROFILE", description = "Its name.") String name) {
        int exit = written(existing(name).without(name), "removed profile '" + name + "'");
        names().forget(name);
        return exit;
    }

    private Names names() {
        return new Names(session.environment(), "profile");
    }

    private Settings settings() {
        return session.globals().settings();
    }

    private ProfileFile file() {
        return ProfileFile.read(ProfileFile.place(session.environment()));
    }

    private ProfileFile existing(String name) {
        ProfileFile file = file();
        if (!file.profiles().containsKey(name)) {
            throw settings().unknown(name, file);
        }
        return file;
    }

    private static Setting setting(String word) {
        String key = word.substring(0, Math.max(0, word.indexOf('=')));
        List<String> keys = Arrays.stream(Setting.values()).map(Setting::key).toList();
        if (!keys.contains(key)) {
            throw new UsageError(
                    "'" + word + "' is no KEY=VALUE of a profile",
                    EditDistance.nearest(key, keys)
                            .map(near -> "did you mean " + near + "=…?")
                            .orElse("keys: " + String.join(", ", keys)));
        }
        return Setting.values()[keys.indexOf(key)];
    }

    /** Asks the command line itself whether it would take it. */
    private void check(Setting setting, String value) {
        if (setting == Setting.BUS) {
            new BusUrl(value, "");
        }
        new Cli(session.afresh()).line().parseArgs("run", setting.option() + "=" + value, "web1", "--", "true");
    }

    /** What was typed for this option, and not put there from elsewhere; null: nothing. */
    private @Nullable String typed(Setting setting) {
        for (ParseResult parsed = spec.root().commandLine().getParseResult();
                parsed != null;
                parsed = parsed.subcommand()) {
            OptionSpec option = parsed.matchedOption(setting.option());
            if (option != null) {
                return option.originalStringValues().get(0);
            }
        }
        return null;
    }

    private int written(ProfileFile file, String what) {
        Path old = file.write();
        if (!session.globals().quiet()) {
            session.console().note(what + " in " + settings().shown(file.place()));
        }
        if (old != null) {
            session.console()
                    .note("  comments are not kept; the file as it was: "
                            + settings().shown(old));
        }
        return ExitCode.OK.code();
    }
}
