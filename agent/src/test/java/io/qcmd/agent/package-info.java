@NullMarked
package io.qcmd.agent;

import org.jspecify.annotations.NullMarked;
