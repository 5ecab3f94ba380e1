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
 * LLaVA's square of `side` pixels: `expand2square` of llava/mm_utils.py (the picture centred, offsets rounded down, on
 * (122, 116, 104), the mean colour of CLIP's training pictures, at full resolution), then Pillow's bicubic resize.
 *
 * [Note: Square in strips] The padded square of a long, thin picture would take gigabytes. Pillow resizes along the rows first
 * and rounds to bytes before it goes along the columns, so the rows may be padded and resized a few at a time: the bytes that
 * come out are the same.
 */
Picture squareOf(const Picture & picture, int32_t side);
