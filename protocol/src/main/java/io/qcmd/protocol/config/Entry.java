package io.qcmd.protocol.config;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One key of a config file.
 *
 * @param line where it stands, from 1
 * @param text as it was typed, without quotes; null if the value is a map
 * @param members of the map; empty if the value is text
 */
record Entry(int line, @Nullable String text, Map<String, Entry> members) {}
