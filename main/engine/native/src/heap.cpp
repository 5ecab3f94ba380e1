#include "heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace heap {

void keepLittle() {
#ifdef __GLIBC__
  constexpr int megabyte = 1024 * 1024;
  mallopt(M_MMAP_THRESHOLD, 2 * megabyte);
  // At the end of each thread's heap, where malloc_trim does not look.
  mallopt(M_TRIM_THRESHOLD, megabyte / 2);
#endif
}

void returnFreed() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace heap
