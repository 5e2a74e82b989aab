package io.qcmd.agent;

import io.qcmd.protocol.Hello;
import java.util.List;
import java.util.Map;

/**
 * What an agent says of itself in each HELLO.
 *
 * @param bootId names one boot of the host
 * @param instance names one installation of the agent
 * @param version of this program
 * @param labels from the configuration
 * @param facts read from the host
 */
record Identity(String bootId, String instance, String version, Map<String, String> labels, Map<String, String> facts) {
    Identity {
        labels = Map.copyOf(labels);
        facts = Map.copyOf(facts);
    }

    Hello hello(String epoch, long journaled, List<Hello.Entry> entries, boolean last) {
        return new Hello(epoch, journaled, bootId, instance, version, labels, facts, entries, last);
    }
}
