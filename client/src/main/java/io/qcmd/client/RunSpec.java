package io.qcmd.client;

import io.qcmd.protocol.Selection;
import io.qcmd.protocol.Target;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What to run, and how. Immutable: each call returns a copy, and may be made in any order. Values out of bounds are refused at the call with COMMAND_INVALID or
 * BAD_REQUEST. Without {@code shell}, {@code exec} or {@code script} there is nothing to start: COMMAND_INVALID.
 */
public interface RunSpec {
    /** One line for {@code /bin/sh -c}, at most 64 KiB. */
    RunSpec shell(String line);

    /** A program and its arguments, byte-exact, no shell. */
    RunSpec exec(String program, String... arguments);

    /** The body of a script, 1 byte to 512 KiB, with its arguments. */
    RunSpec script(String body, String... arguments);

    /** What the command reads, at most 256 KiB; by default end of file at once. */
    RunSpec stdin(byte[] bytes);

    /** One more entry of its environment; at most 64. */
    RunSpec env(String name, String value);

    /** Its absolute working directory; {@code /} by default. */
    RunSpec cwd(String directory);

    /**
     * As whom it runs on each minion, a name of 1-32 of [a-z0-9_-], for good: set-user-id programs give it no more. As the agent by default, that is, root. A minion
     * that does not know the user, or cannot switch, refuses: REJECTED, not executed.
     */
    RunSpec user(String name);

    /** How long it may run on each minion, from its start there; 1 ms to 24 h, 60 s by default. */
    RunSpec timeout(Duration limit);

    /** How long it may wait for a minion, 1 ms and more; half of the timeout by default. More than the bus allows is refused by the bus. */
    RunSpec expire(Duration limit);

    /** Not on these. */
    RunSpec exclude(Target whom);

    /** Only on a random part of the minions that are left then. */
    RunSpec sample(Selection.Sample part);

    /** Only on the first so many by name, of those that are left then; 1 and more. */
    RunSpec limit(int most);

    /** What becomes of minions on the uncontrollable list; by default they are left out, and told. */
    RunSpec whenUncontrollable(Selection.WhenUncontrollable what);

    /** Leaves processes alone that outlive the main one. */
    RunSpec allowDaemon();

    /**
     * The same id, the same job: a program that asks again after a crash does not run the command twice. 1-64 printable ASCII characters; by default a new
     * one for each subscription.
     */
    RunSpec requestId(String id);

    /**
     * Whom the bus tells of targets that end badly: an endpoint of its bus.yaml, by its name; by default the one that stands there for all. Unknown to the bus:
     * BAD_REQUEST.
     */
    RunSpec callback(String endpoint);

    /** Why, in a line of at most 256 characters: for who reads the history of jobs. Minions never see it. */
    RunSpec reason(String text);

    /**
     * Something to find the job by, {@code ticket=OPS-4711}: kept with it, and with what is made from it. The name is 1-64 of [a-z0-9._-], the value 1-256
     * characters; at most 16 names, and of the same name the last one holds.
     */
    RunSpec note(String name, String value);

    /** Submits; completes with the handle once the job is on the disk of the bus. No minion: NO_MINIONS_MATCHED, and no job. */
    Mono<StartedJob> start();

    /** {@link #start()}, then {@link Job#results()}. Cancelling it only stops watching: the job goes on. */
    Flux<TargetResult> results();

    /** {@link #start()}, then {@link Job#events()}, after a first {@link JobEvent.Started}. Cancelling it only stops watching. */
    Flux<JobEvent> events();
}
