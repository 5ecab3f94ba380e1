#pragma once

namespace heap {

/**
 * Keeps glibc from holding on to what was freed; nothing with other C libraries. By itself it moves the size from which a block
 * gets a mapping of its own up to that of each such block freed (32 MB at most), and leaves twice as much at the end of every
 * heap: models loaded after one another then leave tens of megabytes there.
 */
void keepLittle();

/** Gives pages that were freed back to the system, where the C library keeps them. */
void returnFreed();

}  // namespace heap
