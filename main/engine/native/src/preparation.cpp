#include "preparation.h"

#include <gguf.h>

#include <memory>

#include "failure.h"

namespace {

using Header = std::unique_ptr<gguf_context, decltype(&gguf_free)>;

/** More tiles than any model was trained with; each takes an encoding. */
constexpr int32_t MOST_TILES = 64;

/** A text of the header; empty where there is none. */
std::string textAt(const Header & header, const char * key) {
  const int64_t id = header ? gguf_find_key(header.get(), key) : -1;
  return id >= 0 && gguf_get_kv_type(header.get(), id) == GGUF_TYPE_STRING ? gguf_get_val_str(header.get(), id) : std::string();
}

void checkTiles(const Header & header, const libmtmd::ProjectorFacts & facts) {
  const std::string merge = textAt(header, "clip.vision.mm_patch_merge_type");
  if (!merge.empty() && merge != "spatial_unpad") throw Failure("LOAD_FAILED", "mm_patch_merge_type " + merge + " is not supported");
  for (const Size & size : facts.resolutions) {
    const int32_t tile = facts.imageSize;
    const bool isWhole = size.width > 0 && size.height > 0 && size.width % tile == 0 && size.height % tile == 0;
    if (!isWhole || (size.width / tile) > MOST_TILES / (size.height / tile)) {
      throw Failure("LOAD_FAILED", "image_grid_pinpoints holds " + std::to_string(size.width) + "x" + std::to_string(size.height));
    }
  }
  if (!facts.rowEnd.empty() && facts.rowEnd.size() != static_cast<size_t>(facts.width)) throw Failure("LOAD_FAILED", "image_newline has another width than the projector");
}

}  // namespace

Preparation choosePreparation(const std::string & path, const libmtmd::ProjectorFacts & facts) {
  if (facts.type != "mlp" && facts.type != "linear") return Preparation::libmtmd;
  const Header header(gguf_init_from_file(path.c_str(), {true, nullptr}), gguf_free);
  // LLaVA's own setting, where the converter copied it: "pad", "anyres", or CLIP's processor as it is for anything else.
  const std::string aspect = textAt(header, "clip.vision.image_aspect_ratio");
  const bool isOld = facts.type == "linear" || facts.imageSize == 224;
  const std::string way = !aspect.empty() ? aspect : !facts.resolutions.empty() ? "anyres" : isOld ? "square" : "pad";
  if (way == "pad") return Preparation::pad;
  if (way.rfind("anyres", 0) != 0) return Preparation::crop;
  if (way != "anyres" || facts.resolutions.empty()) throw Failure("LOAD_FAILED", "image_aspect_ratio " + way + " without resolutions that are known here");
  checkTiles(header, facts);
  return Preparation::tiles;
}
