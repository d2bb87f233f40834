package org.randygpt.train;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.randygpt.core.checkpoint.SealedFolder;

class BitFlipTest {
    @TempDir
    private Path folder;

    @Test
    void theFlipOfAnySingleBitOfACheckpointIsNoticed() throws IOException {
        Path generation = saved();
        List<Path> files = new ArrayList<>(SealedFolder.files(generation));
        files.add(generation.resolve(SealedFolder.LIST));
        assertTrue(files.size() == 7, files::toString);
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
                    int at = bit / Byte.SIZE;
                    put(channel, at, (byte) (whole[at] ^ 1 << bit % Byte.SIZE));
                    assertThrows(IOException.class, () -> SealedFolder.verify(generation));
                    put(channel, at, whole[at]);
                }
            }
        }
        assertDoesNotThrow(() -> SealedFolder.verify(generation));
    }

    @Test
    void aDamagedGenerationIsNotGoneOnFromAndTheOneBeforeItStillCanBe() throws IOException {
        Path generation = saved();
        Path run = folder.resolve("run");
        Path weights = generation.resolve("model.safetensors");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length - 1] ^= 1;
        Files.write(weights, bytes);

        IOException refused = assertThrows(IOException.class, () -> RunFolder.open(run));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains("model.safetensors: its SHA-256 is "), message);
        assertTrue(message.contains("to go on without it, from step-000015"), message);
        Files.move(generation, folder.resolve("damaged"));
        try (RunFolder opened = RunFolder.open(run)) {
            assertTrue(opened.latestState().step() == 15);
        }
    }

    @Test
    void aFileThatIsMissingOrTooManyIsNoticed() throws IOException {
        Path generation = saved();
        Path note = Files.writeString(generation.resolve("note.txt"), "mine");
        assertTrue(damage(generation).endsWith("note.txt: SHA256SUMS does not list it"), damage(generation));
        Files.delete(note);
        Files.writeString(generation.resolve(".DS_Store"), "not mine");
        assertDoesNotThrow(() -> SealedFolder.verify(generation));
        Files.writeString(generation.resolve(SealedFolder.LIST), "");
        assertTrue(damage(generation).endsWith("config.json: SHA256SUMS does not list it"), damage(generation));
        Files.delete(generation.resolve(SealedFolder.LIST));
        assertTrue(damage(generation).contains("SHA256SUMS: there is no such file"), damage(generation));
    }

    private static String damage(Path generation) {
        return String.valueOf(assertThrows(IOException.class, () -> SealedFolder.verify(generation))
                .getMessage());
    }

    /** The generation of step 20, beside that of the best, 15. */
    private Path saved() throws IOException {
        SavedStates states = new SavedStates();
        try (RunFolder run = RunFolder.create(folder.resolve("run"))) {
            for (long[] save : SavedStates.SAVES.subList(0, 4)) {
                run.save(states.snapshot(save));
            }
        }
        return folder.resolve("run/step-000020");
    }

    private static void put(FileChannel channel, long at, byte value) throws IOException {
        int unused = channel.write(ByteBuffer.wrap(new byte[] {value}), at);
        assert unused == 1;
    }
}
