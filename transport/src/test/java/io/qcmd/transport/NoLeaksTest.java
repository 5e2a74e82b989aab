package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ServiceLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.Extension;

class NoLeaksTest {
    private static boolean seen;

    @BeforeAll
    static void look() {
        seen = NoLeaks.isWatching();
    }

    @Test
    void findsABufferThatNobodyReleased() {
        leak();

        assertThatThrownBy(() -> new NoLeaks().afterAll(null))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("nobody released");
        assertThat(Leaks.found()).as("told once").isEmpty();
    }

    @Test
    void findsNothing_whenAllWasReleased() {
        ByteBufAllocator.DEFAULT.buffer(100).release();

        assertThat(Leaks.found()).isEmpty();
    }

    @Test
    void isOnEveryTestClass_withoutBeingNamed() {
        assertThat(ServiceLoader.load(Extension.class)).hasAtLeastOneElementOfType(NoLeaks.class);
        assertThat(seen).isTrue();
    }

    private static void leak() {
        ByteBuf lost = ByteBufAllocator.DEFAULT.buffer(100);
        assertThat(lost.refCnt()).isEqualTo(1);
    }
}
