#pragma once

namespace heap {

/**
 * Keeps glibc from holding on to large blocks. By default it moves the size from which a block gets a mapping of its own up to
 * that of each such block freed (32 MB at most): models loaded after one another then leave tens of megabytes in its heaps. Fixed
 * at 4 MB, well above what is allocated for a token, so that no step has to map memory. Nothing with other C libraries.
 */
void keepLittle();

/** Gives pages that were freed back to the system, where the C library keeps them. */
void returnFreed();

}  // namespace heap
