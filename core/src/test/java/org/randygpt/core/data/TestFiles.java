package org.randygpt.core.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Files in memory, and what is read from them. */
final class TestFiles {
    static final BlockSizes TINY = new BlockSizes(7, 64, 64);

    private TestFiles() {}

    /** What reading came to. */
    record Read(List<String> documents, List<TextBlock> blocks, TextCounts counts) {
        /** The texts of all blocks. */
        String text() {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            blocks.forEach(block -> text.writeBytes(block.text()));
            return text.toString(StandardCharsets.UTF_8);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static DataFile file(String name, DataFile.Format format, byte[] bytes) {
        return new DataFile(name, format, new DataFile.Content() {
            @Override
            public InputStream open() {
                return new ByteArrayInputStream(bytes);
            }

            @Override
            public long size() {
                return bytes.length;
            }
        });
    }

    static DataFile text(String name, String text) {
        return DataFile.ofBytes(name, utf8(text));
    }

    static DataFile records(String name, String text) {
        return file(name, DataFile.Format.JSON_LINES, utf8(text));
    }

    static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }

    static Read read(TextSettings settings, int threads, BlockSizes sizes, DataFile... files) throws IOException {
        DocumentReader reader = new DocumentReader(List.of(files), settings, threads, (bytes, of) -> {}, sizes);
        List<String> documents = new ArrayList<>();
        List<TextBlock> blocks = new ArrayList<>();
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        reader.read(block -> block, (block, result) -> {
            blocks.add(block);
            int from = 0;
            for (int end : block.documentEnds()) {
                open.write(block.text(), from, end - from);
                documents.add(open.toString(StandardCharsets.UTF_8));
                open.reset();
                from = end;
            }
            open.write(block.text(), from, block.text().length - from);
        });
        if (open.size() > 0) {
            throw new AssertionError("a document has no end: " + open.toString(StandardCharsets.UTF_8));
        }
        TextCounts counts = blocks.stream().map(TextBlock::counts).reduce(TextCounts.NONE, TextCounts::plus);
        return new Read(documents, blocks, counts);
    }

    static Read read(TextSettings settings, DataFile... files) throws IOException {
        return read(settings, 2, BlockSizes.USUAL, files);
    }
}
