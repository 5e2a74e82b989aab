package io.qcmd.client.cli;

import io.qcmd.protocol.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code role=web dc=bj old-}: labels to give, and names of those to take off. */
final class LabelWords {
    private static final String HINT = "qcmd minions label 'web*' role=web dc=bj old-name-";

    private LabelWords() {}

    static Labels.Change read(List<String> words) {
        Map<String, String> set = new HashMap<>();
        List<String> removed = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals >= 0) {
                String before = set.put(word.substring(0, equals), word.substring(equals + 1));
                if (before != null) {
                    throw new UsageError("label '" + word.substring(0, equals) + "' is given twice", HINT);
                }
            } else if (word.endsWith("-")) {
                removed.add(word.substring(0, word.length() - 1));
            } else {
                throw new UsageError("'" + word + "' is neither name=value nor name-", HINT);
            }
        }
        return new Labels.Change(new Labels(set), removed);
    }
}
