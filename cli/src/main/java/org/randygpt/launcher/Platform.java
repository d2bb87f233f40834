package org.randygpt.launcher;

/** The operating system, as far as the launcher has to care. */
final class Platform {
    private static final String NAME = System.getProperty("os.name", "");

    static final boolean WINDOWS = NAME.startsWith("Windows");
    static final boolean LINUX = NAME.startsWith("Linux");

    private Platform() {}
}
