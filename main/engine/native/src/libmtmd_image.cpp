// Compiled in place of mtmd-image.cpp: its image tools are private to that file.
#include "mtmd-image.cpp"

#include "libmtmd.h"

namespace libmtmd {

std::vector<uint8_t> resize(const std::vector<uint8_t> & rgb, int32_t width, int32_t height, int32_t newWidth, int32_t newHeight) {
  clip_image_u8 source;
  source.set_size({width, height}, false);
  source.cpy_buf(rgb);
  clip_image_u8 target;
  img_tool::resize(source, target, {newWidth, newHeight}, RESIZE_ALGO_BICUBIC, PAD_NONE);
  return target.get_ro_buf();
}

}  // namespace libmtmd
