#pragma once

#include <cstdint>
#include <vector>

/** RGB, 3 bytes a pixel, row-major. */
struct Picture {
  std::vector<uint8_t> rgb;
  int32_t width = 0;
  int32_t height = 0;
};

/**
 * LLaVA's square (`expand2square` in llava/mm_utils.py): the picture centred, offsets rounded down, on (122, 116, 104), the
 * mean colour of CLIP's training pictures; at full resolution, before any resize.
 */
Picture padToSquare(Picture picture);
