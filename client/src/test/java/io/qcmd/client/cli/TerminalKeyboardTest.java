package io.qcmd.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A terminal whose settings are "cooked", as long as nobody changes them. */
class TerminalKeyboardTest {
    private static final String KEY_BY_KEY = "-icanon -echo min 1 time 0";

    private final List<String> asked = new ArrayList<>();
    private @Nullable String settings = "cooked";
    private boolean foreground = true;
    private final Keyboard keyboard =
            new TerminalKeyboard(this::stty, new ByteArrayInputStream(new byte[] {'g', 'm'}), () -> foreground);

    private @Nullable String stty(String... words) {
        String line = String.join(" ", words);
        asked.add(line);
        return settings;
    }

    @Test
    void takesTheTerminalOnce_andGivesItBackAsItWas() {
        assertThat(keyboard.take()).isTrue();
        assertThat(keyboard.take()).isTrue();
        assertThat(keyboard.next()).isEqualTo('g');
        assertThat(keyboard.next()).isEqualTo('m');
        assertThat(keyboard.next()).isEqualTo(-1);
        keyboard.giveBack();
        assertThat(asked).containsExactly("-g", KEY_BY_KEY, "cooked");
    }

    @Test
    void readsNothing_whileTheTerminalIsNotItsOwn() {
        assertThat(keyboard.next()).isEqualTo(-1);
        assertThat(keyboard.take()).isTrue();
        keyboard.giveBack();
        assertThat(keyboard.next()).isEqualTo(-1);
        assertThat(keyboard.take()).isTrue();
        assertThat(keyboard.next()).isEqualTo('g');
    }

    @Test
    void asksNobodyTwice_whereThereIsNoTerminal() {
        settings = null;
        assertThat(keyboard.take()).isFalse();
        assertThat(keyboard.take()).isFalse();
        keyboard.close();
        assertThat(asked).containsExactly("-g");
    }

    @Test
    void leavesTheTerminalAlone_inTheBackground() {
        foreground = false;
        assertThat(keyboard.take()).isFalse();
        assertThat(asked).isEmpty();
        foreground = true;
        assertThat(keyboard.take()).isTrue();
        foreground = false;
        keyboard.close();
        assertThat(asked).as("it is the shell's").containsExactly("-g", KEY_BY_KEY);
    }

    @Test
    void givesTheTerminalBack_beforeItIsStopped_andTakesItAgainOnceItGoesOn() {
        assertThat(keyboard.take()).isTrue();
        keyboard.stop();
        assertThat(keyboard.take()).as("while it is being stopped").isFalse();
        keyboard.goOn();
        assertThat(keyboard.take()).isTrue();
        assertThat(asked).containsExactly("-g", KEY_BY_KEY, "cooked", "-g", KEY_BY_KEY);
    }

    /** By kill -STOP, which nobody is told of before. */
    @Test
    void takesTheTerminalAgain_afterItWasStoppedHard_andKnowsHowItWas() {
        assertThat(keyboard.take()).isTrue();
        settings = "a shell's";
        keyboard.goOn();
        assertThat(keyboard.take()).isTrue();
        keyboard.close();
        assertThat(asked).containsExactly("-g", KEY_BY_KEY, KEY_BY_KEY, "cooked");
    }

    @Test
    void takesNothing_onceItWasClosed() {
        keyboard.close();
        assertThat(keyboard.take()).isFalse();
        assertThat(asked).isEmpty();
    }
}
