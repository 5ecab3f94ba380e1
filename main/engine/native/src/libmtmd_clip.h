#pragma once

#include "libmtmd.h"

struct clip_ctx;

namespace libmtmd {

ProjectorFacts clipFacts(const clip_ctx * context);
ggml_backend_t clipCpuBackend(clip_ctx * context);
std::map<ggml_backend_dev_t, ProjectorMemory> clipMemory(const clip_ctx * context);

}  // namespace libmtmd
