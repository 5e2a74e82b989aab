package io.qcmd.agent;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qcmd.protocol.Bytes;
import io.qcmd.protocol.Return.Captured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpoolFileTest {
    @TempDir
    Path directory;

    @Test
    void keepsExactlyHeadAndTail_whateverThePieces() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            int limit = random.nextInt(200);
            byte[] all = new byte[random.nextInt(600)];
            random.nextBytes(all);
            Path path = directory.resolve("seed-" + seed);
            SpoolFile spool = new SpoolFile(path, limit);

            appendInPieces(spool, all, random);
            finish(spool);

            byte[] expected = headAndTail(all, limit);
            Captured hashed = new Captured(all.length, expected.length, sha256(expected));
            SpoolFile reopened = SpoolFile.reopen(path).orElseThrow();
            assertThat(read(spool, 0, 1 + random.nextInt(50)))
                    .as("seed %d", seed)
                    .isEqualTo(expected);
            assertThat(read(reopened, 0, 1_000)).as("seed %d", seed).isEqualTo(expected);
            assertThat(spool.captured()).as("seed %d", seed).isEqualTo(hashed);
            assertThat(reopened.captured().kept()).as("seed %d", seed).isEqualTo(expected.length);
            assertThat(Files.notExists(path) || Files.size(path) <= limit + 80).isTrue();
        }
    }

    @Test
    void givesTheHeadWhileItGoesOn_andJumpsToTheTailAtTheEnd() throws IOException {
        SpoolFile spool = new SpoolFile(directory.resolve("f"), 8);

        assertThat(spool.append(bytes("abcd"))).isTrue();
        assertThat(spool.next(4, 10)).isEmpty();
        assertThat(spool.append(bytes("efgh"))).isTrue();
        assertThat(spool.append(bytes("ijkl"))).isFalse();
        assertThat(spool.next(4, 10).orElseThrow().bytes().utf8()).isEqualTo("ef");
        assertThat(spool.next(6, 10)).isEmpty();
        finish(spool);

        SpoolFile.Piece tail = spool.next(6, 10).orElseThrow();
        assertThat(tail.offset()).isEqualTo(10);
        assertThat(tail.bytes().utf8()).isEqualTo("kl");
        assertThat(spool.next(11, 10).orElseThrow().bytes().utf8()).isEqualTo("l");
        assertThat(spool.next(12, 10)).isEmpty();
    }

    @Test
    void isNotReopened_whenItWasNotFinished() throws IOException {
        SpoolFile spool = new SpoolFile(directory.resolve("f"), 1_000);
        spool.append(bytes("x".repeat(500)));

        assertThat(SpoolFile.reopen(directory.resolve("f"))).isEmpty();
        finish(spool);
        assertThat(SpoolFile.reopen(directory.resolve("f"))).isPresent();
    }

    @Test
    void isEmpty_whenNothingWasSaid() throws IOException {
        SpoolFile spool = new SpoolFile(directory.resolve("f"), 1_000);
        finish(spool);

        assertThat(directory.resolve("f")).doesNotExist();
        assertThat(spool.captured()).isEqualTo(Captured.NONE);
        assertThat(SpoolFile.reopen(directory.resolve("f")).orElseThrow().captured())
                .isEqualTo(Captured.NONE);
    }

    @Test
    @Tag("F27")
    void countsOn_whenTheDiskFails() throws IOException {
        SpoolFile spool = new SpoolFile(directory.resolve("missing/f"), 1_000);

        assertThat(spool.append(bytes("lost"))).isFalse();
        assertThat(spool.append(bytes("lost too"))).isFalse();
        finish(spool);

        assertThat(spool.captured().total()).isEqualTo(12);
        assertThat(spool.captured().kept()).isZero();
        assertThat(spool.next(0, 100)).isEmpty();
    }

    @Test
    @Tag("F39")
    void isFinished_withoutAnotherFile() throws Exception {
        SpoolFile spool = new SpoolFile(directory.resolve("f"), 1_000);
        spool.append(bytes("some output"));
        // As no file can be opened at the limit of open files.
        Files.delete(directory.resolve("f"));

        finish(spool);

        byte[] said = Bytes.utf8("some output").toArray();
        assertThat(spool.captured()).isEqualTo(new Captured(said.length, said.length, sha256(said)));
    }

    @Test
    @Tag("F39")
    void isNotTakenForLost_whenItCannotBeOpened() throws IOException {
        SpoolFile spool = new SpoolFile(directory.resolve("f"), 1_000);
        spool.append(bytes("some output"));
        finish(spool);
        Files.move(directory.resolve("f"), directory.resolve("g"));
        Files.createSymbolicLink(directory.resolve("f"), Path.of("f"));

        assertThatThrownBy(() -> spool.next(0, 100)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> SpoolFile.reopen(directory.resolve("f"))).isInstanceOf(IOException.class);
        Files.move(directory.resolve("g"), directory.resolve("f"), StandardCopyOption.REPLACE_EXISTING);

        assertThat(read(SpoolFile.reopen(directory.resolve("f")).orElseThrow(), 0, 100))
                .asString()
                .isEqualTo("some output");
    }

    @Test
    @Tag("F14")
    void isLostOrTheSame_whateverBitIsFlipped() throws IOException {
        for (int size : new int[] {3, 20, 45}) {
            Path path = directory.resolve("f" + size);
            SpoolFile spool = new SpoolFile(path, 20);
            spool.append(bytes("x".repeat(size - 1) + "y"));
            finish(spool);
            byte[] written = Files.readAllBytes(path);

            for (int bit = 0; bit < written.length * 8; bit++) {
                byte[] damaged = written.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(path, damaged);
                Optional<SpoolFile> reopened = SpoolFile.reopen(path);
                if (reopened.isPresent()) {
                    assertThat(reopened.get().captured()).as("bit %d", bit).isEqualTo(spool.captured());
                    assertThat(read(reopened.get(), 0, 100))
                            .as("bit %d", bit)
                            .isEqualTo(headAndTail(("x".repeat(size - 1) + "y").getBytes(UTF_8), 20));
                }
            }
        }
    }

    @Test
    void isLost_whenItIsCut() throws IOException {
        Path path = directory.resolve("f");
        SpoolFile spool = new SpoolFile(path, 20);
        spool.append(bytes("x".repeat(45)));
        finish(spool);
        byte[] written = Files.readAllBytes(path);

        for (int size = 0; size < written.length; size++) {
            Files.write(path, Arrays.copyOf(written, size));
            assertThat(SpoolFile.reopen(path)).as("%d bytes", size).isEmpty();
        }
    }

    private static void finish(SpoolFile spool) {
        spool.end();
        spool.finish(true);
    }

    private static void appendInPieces(SpoolFile spool, byte[] all, Random random) {
        for (int at = 0; at < all.length; ) {
            int size = Math.min(all.length - at, 1 + random.nextInt(random.nextInt(300) + 1));
            spool.append(ByteBuffer.wrap(all, at, size));
            at += size;
        }
    }

    private static byte[] headAndTail(byte[] all, int limit) {
        if (all.length <= limit) {
            return all;
        }
        int tail = limit / 4;
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        kept.writeBytes(Arrays.copyOf(all, limit - tail));
        kept.writeBytes(Arrays.copyOfRange(all, all.length - tail, all.length));
        return kept.toByteArray();
    }

    private static byte[] read(SpoolFile spool, long from, int atOnce) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        long at = from;
        for (Optional<SpoolFile.Piece> next = spool.next(at, atOnce); next.isPresent(); next = spool.next(at, atOnce)) {
            all.writeBytes(next.get().bytes().toArray());
            at = next.get().offset() + next.get().bytes().size();
        }
        return all.toByteArray();
    }

    private static Bytes sha256(byte[] kept) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(kept);
        return kept.length == 0 ? Bytes.EMPTY : Bytes.wrap(hash);
    }

    private static ByteBuffer bytes(String text) {
        return Bytes.utf8(text).buffer();
    }
}
