/**
 * Profiles: what a user keeps about each bus in {@code ~/.config/qcmd/config.yaml}. Knows the protocol's config files; may not know what a value means, nor the
 * command line.
 */
@NullMarked
package io.qcmd.client.profile;

import org.jspecify.annotations.NullMarked;
