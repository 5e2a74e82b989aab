package io.qcmd.protocol;

import java.util.List;
import java.util.Map;

/**
 * The agent's first words on a session, in pages; nothing is offered before the page marked {@code last} is reconciled.
 *
 * @param epoch names one life of the journal; another one says that entries may have been lost
 * @param journaled how many records that life has on disk: fewer than were told before mean that the disk is an older copy of itself
 * @param bootId names one boot of the host
 * @param instance names one installation of the agent; two of them under one minion id are a clone
 * @param version of the agent's program
 * @param labels from agent.yaml, untrusted; at most 64
 * @param facts read from the host, untrusted; at most 64
 * @param entries what the journal holds unsettled, at most 512 a page, 10,000 in all
 * @param last whether this is the last page
 */
public record Hello(
        String epoch,
        long journaled,
        String bootId,
        String instance,
        String version,
        Map<String, String> labels,
        Map<String, String> facts,
        List<Entry> entries,
        boolean last)
        implements Report {

    private static final int NAMES = 64;
    private static final int TEXT = 256;

    /** One unsettled target of the journal: started, or done with its result waiting. */
    public record Entry(JobId job, boolean done) {}

    public Hello {
        // Before it is copied: a Map.copyOf of many names of one hash takes the square of their number.
        checkCount("labels", labels);
        checkCount("facts", facts);
        labels = Map.copyOf(labels);
        facts = Map.copyOf(facts);
        entries = List.copyOf(entries);
        for (String text : List.of(epoch, bootId, instance, version)) {
            if (text.isEmpty() || text.length() > TEXT) {
                throw new IllegalArgumentException("hello: a name of " + text.length() + " characters; use 1-" + TEXT);
            }
        }
        if (journaled < 0) {
            throw new IllegalArgumentException("hello: journaled is " + journaled + "; use 0 or more");
        }
        if (entries.size() > Limits.HELLO_PAGE) {
            throw new IllegalArgumentException(
                    "hello: " + entries.size() + " entries; at most " + Limits.HELLO_PAGE + " a page");
        }
        checkFacts("labels", labels);
        checkFacts("facts", facts);
    }

    private static void checkCount(String what, Map<String, String> facts) {
        if (facts.size() > NAMES) {
            throw new IllegalArgumentException("hello: " + facts.size() + " " + what + "; at most " + NAMES);
        }
    }

    private static void checkFacts(String what, Map<String, String> facts) {
        facts.forEach((name, value) -> {
            if (name.length() > NAMES || value.length() > TEXT) {
                throw new IllegalArgumentException("hello: " + what + ": " + Quoted.of(name) + " has "
                        + name.length() + " characters, its value " + value.length() + "; at most " + NAMES + " and "
                        + TEXT);
            }
        });
    }
}
