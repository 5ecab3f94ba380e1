#pragma once

#include <ggml-backend.h>
#include <ggml-cpu.h>

#include <memory>

/**
 * ggml's CPU functions. The CPU backend is loaded at run time (one of several variants, by the machine's instructions), so
 * its functions cannot be linked; they are looked up through the backend registry.
 */
namespace cpu {

/** Frees a pool of compute threads. */
struct PoolDeleter {
  void operator()(ggml_threadpool * pool) const;
};
using Pool = std::unique_ptr<ggml_threadpool, PoolDeleter>;

/**
 * Persistent compute threads. Without one, the prebuilt CPU backend starts its threads anew for every graph.
 * `spin`: threads poll for the next graph for some milliseconds before they sleep (right for token by token, wrong for rare work).
 * Null where no CPU backend offers pools.
 */
Pool newPool(int threads, bool spin);

/** Lets `backend`, a CPU backend, compute on `pool`. */
void setPool(ggml_backend_t backend, ggml_threadpool * pool);

/** Lets `backend`, a CPU backend, ask `callback` before every node of a graph whether to stop. */
void setAbort(ggml_backend_t backend, ggml_abort_callback callback, void * data);

}  // namespace cpu
