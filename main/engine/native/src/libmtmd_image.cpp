// Compiled in place of mtmd-image.cpp: its image tools are private to that file.
#include "mtmd-image.cpp"

#include "libmtmd.h"

namespace libmtmd {

std::vector<uint8_t> resizeSquare(const std::vector<uint8_t> & rgb, int32_t from, int32_t to) {
  clip_image_u8 source;
  source.set_size({from, from}, false);
  source.cpy_buf(rgb);
  clip_image_u8 target;
  img_tool::resize(source, target, {to, to}, RESIZE_ALGO_BICUBIC, PAD_NONE);
  return target.get_ro_buf();
}

}  // namespace libmtmd
