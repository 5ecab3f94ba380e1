// llama.cpp's programs print through a thread of its logger, which is never joined: what it has not printed when main returns is
// lost (issue 22142). Linked into a program, this waits for it.

#include <log.h>

namespace {

struct FlushAtExit {
  ~FlushAtExit() { common_log_flush(common_log_main()); }
} flushAtExit;

}  // namespace
