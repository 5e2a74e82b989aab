package io.qcmd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ViewsTest {
    @Test
    void aHeapThatGrowsSteadily_isSeen_althoughItNeverDoubles() {
        List<Long> growing = LongStream.range(33, 63).boxed().toList();

        assertThat(Views.Heap.of(15, growing).growth()).isGreaterThan(1.2);
        assertThat(Views.Heap.of(15, growing).most()).isLessThan(2 * 33);
    }

    @Test
    void aHeapThatStaysAsItIs_doesNotGrow_whateverOneLookMeets() {
        assertThat(Views.Heap.of(15, List.of(34L, 33L, 39L, 35L, 33L, 34L, 35L, 34L, 39L))
                        .growth())
                .isLessThan(1.2);
        assertThat(Views.Heap.of(15, List.of(34L)).growth()).isEqualTo(1);
        assertThat(Views.Heap.of(15, List.of()).growth()).isEqualTo(1);
    }
}
