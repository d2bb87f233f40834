package org.randygpt.cli.charts;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Drawings beside each other on white paper, as a file. Needs no screen, but a font. */
public final class Picture {
    private final int width;
    private final int height;
    private final List<Part> parts = new ArrayList<>();

    private record Part(Drawing drawing, int x, int y, int width, int height) {}

    /** An empty picture of so many pixels. */
    public Picture(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** A picture of one drawing. */
    public static Picture of(Drawing drawing, int width, int height) {
        return new Picture(width, height).add(drawing, 0, 0, width, height);
    }

    /** Adds a drawing, so large, with its upper left corner at (x, y). */
    public Picture add(Drawing drawing, int x, int y, int partWidth, int partHeight) {
        parts.add(new Part(drawing, x, y, partWidth, partHeight));
        return this;
    }

    /**
     * A PNG file.
     *
     * @throws NoFontException when nothing can be written on it
     */
    public byte[] png() {
        requireFont();
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        paint(graphics);
        graphics.dispose();
        // Without a file of its own in a folder that may be full.
        ImageIO.setUseCache(false);
        return written(bytes -> {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IllegalStateException("every Java writes PNG");
            }
        });
    }

    /**
     * The element {@code svg}, which can be a file or stand in a page. Text in it is drawn, not written, so that it
     * looks the same everywhere.
     *
     * @throws NoFontException when nothing can be written on it
     */
    public String svg() {
        requireFont();
        VectorGraphics2D graphics = new VectorGraphics2D();
        paint(graphics);
        byte[] file = written(bytes -> Processors.get("svg")
                .getDocument(graphics.getCommands(), new PageSize(width, height))
                .writeTo(bytes));
        String text = new String(file, StandardCharsets.UTF_8);
        return text.substring(text.indexOf("<svg"));
    }

    /** The file of a name that ends in {@code .svg}, or else a PNG file. */
    public byte[] file(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".svg") ? (svg() + "\n").getBytes(StandardCharsets.UTF_8) : png();
    }

    private void paint(Graphics2D graphics) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        AffineTransform origin = graphics.getTransform();
        for (Part part : parts) {
            graphics.translate(part.x, part.y);
            part.drawing.paint(graphics, part.width, part.height);
            graphics.setTransform(origin);
            graphics.setClip(null);
        }
    }

    /**
     * Java has no fonts of its own: it asks the system's libraries for one, and fails in several ways if there is none.
     */
    @SuppressWarnings({"CatchAndPrintStackTrace", "UnusedVariable"})
    private static void requireFont() {
        // Otherwise Java would look for a screen.
        System.setProperty("java.awt.headless", "true");
        try {
            BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 1));
            int ascent = graphics.getFontMetrics().getAscent();
            graphics.dispose();
        } catch (RuntimeException | InternalError | LinkageError none) {
            throw new NoFontException(none);
        }
    }

    private interface Writing {
        void to(ByteArrayOutputStream bytes) throws IOException;
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(bytes);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
