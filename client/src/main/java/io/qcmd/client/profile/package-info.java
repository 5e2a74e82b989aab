/**
 * Profiles: what a user keeps about each bus in {@code ~/.config/qcmd/config.yaml}, and what of it holds beside the environment. Knows the protocol's config
 * files; may not know what is done with a value: neither the client nor the command line.
 */
@NullMarked
package io.qcmd.client.profile;

import org.jspecify.annotations.NullMarked;
