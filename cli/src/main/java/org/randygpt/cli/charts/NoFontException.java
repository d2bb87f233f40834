package org.randygpt.cli.charts;

/** Nothing can be written on a picture. */
public final class NoFontException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoFontException(Throwable cause) {
        super(
                "pictures need a font and the libraries that read it, and Java finds none; install them (Debian:"
                        + " apt-get install fontconfig libfreetype6 fonts-dejavu-core), or draw in the terminal with"
                        + " --terminal, which needs none",
                cause);
    }
}
