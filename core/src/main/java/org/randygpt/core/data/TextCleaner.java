package org.randygpt.core.data;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.randygpt.core.data.TextSettings.OnInvalid;

/** Makes blocks as they were read into text. Any number of threads may use it. */
final class TextCleaner {
    private final TextSettings settings;

    /** One for files with such settings. */
    TextCleaner(TextSettings settings) {
        this.settings = settings;
    }

    /** The text of a block. */
    TextBlock clean(RawBlock raw) throws IOException {
        Utf8.Replaced valid = valid(raw);
        long replaced = raw.replaced() + valid.count();
        byte[] text;
        int[] ends;
        if (raw.file().format() == DataFile.Format.JSON_LINES) {
            JsonRecords records = new JsonRecords(settings, raw, valid.text());
            text = records.text();
            ends = records.ends();
            replaced += records.replaced();
        } else {
            MarkedDocuments documents = documents(raw, valid);
            text = documents.text();
            ends = documents.ends();
        }
        TextCounts counts = TextCounts.of(text, ends, replaced, raw.byteOrderMarks());
        return new TextBlock(raw.file(), raw.index(), text, ends, counts);
    }

    /** The documents of a block of a file of text, with what separates them. */
    MarkedDocuments documents(RawBlock raw) throws IOException {
        return documents(raw, valid(raw));
    }

    /** The records of a block of a file of such. */
    JsonRecords records(RawBlock raw) throws IOException {
        return new JsonRecords(settings, raw, valid(raw).text());
    }

    private MarkedDocuments documents(RawBlock raw, Utf8.Replaced valid) {
        return MarkedDocuments.of(settings.newlines().apply(valid.text()), raw);
    }

    private Utf8.Replaced valid(RawBlock raw) throws IOException {
        if (settings.onInvalid() == OnInvalid.REPLACE) {
            return Utf8.replace(raw.bytes());
        }
        int invalid = Utf8.firstInvalid(raw.bytes(), 0);
        if (invalid < raw.bytes().length) {
            throw invalid(raw.file(), raw.start() + invalid, raw.bytes()[invalid]);
        }
        return new Utf8.Replaced(raw.bytes(), 0);
    }

    private IOException invalid(DataFile file, long offset, byte value) throws IOException {
        long line = TextPlace.find(file, settings, offset).line();
        try (TextBytes text = new TextBytes(file, settings)) {
            return new IOException("%s: line %d, byte %d (0x%02X) is not %s; %s"
                    .formatted(
                            file.name(),
                            line,
                            text.skipped() + offset,
                            value,
                            StandardCharsets.UTF_8,
                            FileLook.advice(text.first())));
        }
    }
}
