package io.qcmd.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.qcmd.protocol.ErrorCode;
import io.qcmd.protocol.QcmdException;
import io.qcmd.protocol.Route;
import io.rsocket.Payload;
import io.rsocket.metadata.CompositeMetadataCodec;
import io.rsocket.metadata.TaggingMetadataCodec;
import io.rsocket.metadata.WellKnownMimeType;
import io.rsocket.util.ByteBufPayload;
import io.rsocket.util.DefaultPayload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadsTest {
    private static final byte[] DATA = {1, 2, 3};

    @ParameterizedTest
    @EnumSource
    void keepsRouteAndData(Route route) {
        Payload payload = Payloads.of(route, DATA);

        assertThat(Payloads.route(payload)).hasValue(route.path());
        assertThat(Payloads.bytes(payload)).isSameAs(DATA);
    }

    @Test
    void writesTheSameMetadataAsRSocket() {
        var all = Unpooled.compositeBuffer();
        CompositeMetadataCodec.encodeAndAddMetadata(
                all,
                PooledByteBufAllocator.DEFAULT,
                WellKnownMimeType.MESSAGE_RSOCKET_ROUTING,
                TaggingMetadataCodec.createTaggingContent(PooledByteBufAllocator.DEFAULT, List.of("job.submit")));

        assertThat(ByteBufUtil.getBytes(Payloads.of(Route.JOB_SUBMIT, DATA).sliceMetadata()))
                .isEqualTo(ByteBufUtil.getBytes(all));
        all.release();
    }

    @Test
    void findsTheRoute_whenOtherMetadataStandsBeforeIt() {
        byte[] metadata = {2, 'a', '/', 'b', 0, 0, 1, 9, (byte) 0xFE, 0, 0, 2, 1, 'x'};

        assertThat(Payloads.route(DefaultPayload.create(DATA, metadata))).hasValue("x");
    }

    @Test
    void findsNoRoute_whenThereIsNone() {
        assertThat(Payloads.route(Payloads.of(DATA))).isEmpty();
        assertThat(Payloads.route(DefaultPayload.create(DATA, new byte[0]))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe", "fe0000", "fe000002", "fe00000205", "05", "7f00", "fe000000", "fe0000030561"})
    void refusesMetadata_whenItDoesNotParse(String hex) {
        Payload payload = DefaultPayload.create(DATA, ByteBufUtil.decodeHexDump(hex));

        assertThatThrownBy(() -> Payloads.route(payload))
                .isInstanceOfSatisfying(
                        QcmdException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void releasesAPooledPayload_whenItsBytesAreTaken() {
        ByteBuf pooled = PooledByteBufAllocator.DEFAULT.buffer().writeBytes("data".getBytes(StandardCharsets.UTF_8));

        assertThat(Payloads.bytes(ByteBufPayload.create(pooled))).asString().isEqualTo("data");
        assertThat(pooled.refCnt()).isZero();
    }
}
