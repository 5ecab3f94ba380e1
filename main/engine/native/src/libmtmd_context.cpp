// Compiled in place of mtmd.cpp: its context type is private to that file.
#include "mtmd.cpp"

#include "libmtmd.h"
#include "libmtmd_clip.h"

namespace libmtmd {

std::map<ggml_backend_dev_t, ProjectorMemory> measure(const std::string & path, bool useGpu) {
  mtmd_context_params params = mtmd_context_params_default();
  params.use_gpu = useGpu;
  params.print_timings = false;
  const mtmd_context context(path.c_str(), nullptr, params, true);
  if (!hasVision(&context)) throw std::runtime_error("the file holds no vision projector");
  return clipMemory(context.ctx_v);
}

bool hasVision(const mtmd_context * context) { return context->ctx_v != nullptr; }

ProjectorFacts facts(const mtmd_context * context) { return clipFacts(context->ctx_v); }

ggml_backend_t cpuBackend(mtmd_context * context) { return clipCpuBackend(context->ctx_v); }

}  // namespace libmtmd
