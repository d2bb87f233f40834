/** Models as one file for llama.cpp: its GGUF, version 3, little-endian (github.com/ggml-org/ggml, docs/gguf.md). */
@NullMarked
package org.randygpt.core.gguf;

import org.jspecify.annotations.NullMarked;
