#include "threads.h"

namespace cpu {

namespace {

template <class Function>
Function find(const char * name) {
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  ggml_backend_reg_t registry = device == nullptr ? nullptr : ggml_backend_dev_backend_reg(device);
  return registry == nullptr ? nullptr : reinterpret_cast<Function>(ggml_backend_reg_get_proc_address(registry, name));
}

}  // namespace

void PoolDeleter::operator()(ggml_threadpool * pool) const {
  static const auto release = find<decltype(&ggml_threadpool_free)>("ggml_threadpool_free");
  if (release != nullptr) release(pool);
}

Pool newPool(int threads, bool spin) {
  const auto create = find<decltype(&ggml_threadpool_new)>("ggml_threadpool_new");
  if (create == nullptr) return nullptr;
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  // ggml's 50 keep a core busy for a tenth of a second behind every graph, which halved the speed of a picture's encoder; this is
  // some milliseconds, more than lies between two tokens.
  params.poll = spin ? 2 : 0;
  return Pool(create(&params));
}

void setPool(ggml_backend_t backend, ggml_threadpool * pool) {
  const auto set = find<decltype(&ggml_backend_cpu_set_threadpool)>("ggml_backend_cpu_set_threadpool");
  if (set != nullptr) set(backend, pool);
}

void setAbort(ggml_backend_t backend, ggml_abort_callback callback, void * data) {
  const auto set = find<ggml_backend_set_abort_callback_t>("ggml_backend_set_abort_callback");
  if (set != nullptr) set(backend, callback, data);
}

}  // namespace cpu
