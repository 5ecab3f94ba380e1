// Compiled in place of clip.cpp: its context type is private to that file.
#include "clip.cpp"

#include "libmtmd_clip.h"

namespace libmtmd {

namespace {

/** A tensor's numbers; none where there is no tensor. */
std::vector<float> floatsOf(const ggml_tensor * tensor) {
  if (tensor == nullptr) return {};
  std::vector<uint8_t> bytes(ggml_nbytes(tensor));
  ggml_backend_tensor_get(tensor, bytes.data(), 0, bytes.size());
  std::vector<float> values(static_cast<size_t>(ggml_nelements(tensor)));
  if (tensor->type == GGML_TYPE_F32) {
    std::memcpy(values.data(), bytes.data(), bytes.size());
  } else if (const auto convert = ggml_get_type_traits(tensor->type)->to_float) {
    convert(bytes.data(), values.data(), ggml_nelements(tensor));
  } else {
    throw std::runtime_error(string_format("%s is of the type %s\n", tensor->name, ggml_type_name(tensor->type)));
  }
  return values;
}

}  // namespace

ProjectorFacts clipFacts(const clip_ctx * context) {
  const clip_hparams & params = context->model.hparams;
  const bool isMlp = context->proj_type() == PROJECTOR_TYPE_MLP;
  ProjectorFacts facts;
  facts.type = isMlp && context->model.mm_2_w == nullptr ? "linear" : PROJECTOR_TYPE_NAMES[context->proj_type()];
  facts.imageSize = params.image_size;
  facts.patchSize = params.patch_size;
  facts.width = clip_n_mmproj_embd(context);
  if (!isMlp || params.image_res_candidates.empty()) return facts;
  for (const clip_image_size & size : params.image_res_candidates) facts.resolutions.push_back({size.width, size.height});
  facts.rowEnd = floatsOf(context->model.image_newline);
  if (facts.rowEnd.empty()) LOG_WRN("%s: the file has no image_newline; rows of tiles are sent without the vector that ends them\n", __func__);
  return facts;
}

ggml_backend_t clipCpuBackend(clip_ctx * context) { return context->backend_cpu; }

std::map<ggml_backend_dev_t, ProjectorMemory> clipMemory(const clip_ctx * context) {
  std::map<ggml_backend_dev_t, ProjectorMemory> memory;
  for (const auto & [device, bytes] : context->mem_usage) memory[device].weights += bytes;
  for (const auto & [device, bytes] : context->mem_compute) memory[device].compute += bytes;
  return memory;
}

}  // namespace libmtmd
