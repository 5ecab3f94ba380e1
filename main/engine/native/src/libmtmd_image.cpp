// Compiled in place of mtmd-image.cpp: its image tools are private to that file.
#include "mtmd-image.cpp"

#include "libmtmd.h"

namespace libmtmd {

Picture resize(const Picture & picture, Size size) {
  clip_image_u8 source;
  source.set_size({picture.width, picture.height}, false);
  source.cpy_buf(picture.rgb);
  clip_image_u8 target;
  img_tool::resize(source, target, {size.width, size.height}, RESIZE_ALGO_BICUBIC, PAD_NONE);
  return {target.get_ro_buf(), size.width, size.height};
}

}  // namespace libmtmd
