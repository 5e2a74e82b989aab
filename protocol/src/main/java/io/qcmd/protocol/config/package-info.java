/**
 * Reading of config files: flat YAML, strict, with errors that name file, line, key, value, rule and remedy. Knows the protocol's error codes and Jackson's YAML
 * parser; may not know what any key means.
 */
@NullMarked
package io.qcmd.protocol.config;

import org.jspecify.annotations.NullMarked;
