// Compiled in place of mtmd.cpp: its context type is private to that file.
#include "mtmd.cpp"

#include "libmtmd.h"
#include "libmtmd_clip.h"

namespace libmtmd {

bool hasVision(const mtmd_context * context) { return context->ctx_v != nullptr; }

ProjectorFacts facts(const mtmd_context * context) { return clipFacts(context->ctx_v); }

ggml_backend_t cpuBackend(mtmd_context * context) { return clipCpuBackend(context->ctx_v); }

}  // namespace libmtmd
