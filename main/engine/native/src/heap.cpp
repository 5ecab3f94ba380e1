#include "heap.h"

#include <cstdlib>

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace heap {

void keepLittle() {
#ifdef __GLIBC__
  constexpr int megabyte = 1024 * 1024;
  mallopt(M_MMAP_THRESHOLD, 4 * megabyte);
  mallopt(M_TRIM_THRESHOLD, 8 * megabyte);
#endif
}

void returnFreed() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace heap
