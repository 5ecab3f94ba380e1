// Compiled in place of clip.cpp: its context type is private to that file.
#include "clip.cpp"

#include "libmtmd_clip.h"

namespace libmtmd {

ProjectorFacts clipFacts(const clip_ctx * context) {
  const clip_hparams & params = context->model.hparams;
  const bool isMlp = context->proj_type() == PROJECTOR_TYPE_MLP;
  ProjectorFacts facts;
  facts.type = isMlp && context->model.mm_2_w == nullptr ? "linear" : PROJECTOR_TYPE_NAMES[context->proj_type()];
  facts.imageSize = params.image_size;
  facts.patchSize = params.patch_size;
  facts.width = clip_n_mmproj_embd(context);
  facts.fixedSquare = isMlp && params.image_res_candidates.empty();
  return facts;
}

ggml_backend_t clipCpuBackend(clip_ctx * context) { return context->backend_cpu; }

}  // namespace libmtmd
