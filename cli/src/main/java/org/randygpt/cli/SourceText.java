package org.randygpt.cli;

/**
 * A text to train on.
 *
 * @param name what a run remembers it by: a built-in name, or the absolute path of a file
 * @param content all of it
 * @param sha256 of its bytes, in hexadecimal
 */
record SourceText(String name, String content, String sha256) {}
