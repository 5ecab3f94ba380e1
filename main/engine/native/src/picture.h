#pragma once

#include <cstdint>
#include <vector>

struct Size {
  int32_t width = 0;
  int32_t height = 0;
};

/** RGB, 3 bytes a pixel, row-major. */
struct Picture {
  std::vector<uint8_t> rgb;
  int32_t width = 0;
  int32_t height = 0;
};

/** Pillow's bicubic resize, number for number. */
Picture resize(Picture picture, Size size);

/** The part of a picture from (`left`, `top`) on, which lies inside it. */
Picture cut(const Picture & picture, int32_t left, int32_t top, Size size);

/**
 * LLaVA's square of `side` pixels: `expand2square` of llava/mm_utils.py (the picture centred, offsets rounded down, on
 * (122, 116, 104), the mean colour of CLIP's training pictures, at full resolution), then Pillow's bicubic resize.
 *
 * [Note: Square in strips] The padded square of a long, thin picture would take gigabytes. Pillow resizes along the rows first
 * and rounds to bytes before it goes along the columns, so the rows may be padded and resized a few at a time: the bytes that
 * come out are the same.
 */
Picture padToSquare(const Picture & picture, int32_t side);

/**
 * What CLIP's own processor makes of a picture: the shorter side resized to `side`, the middle cut out. Of a picture more than
 * 32 times as long as it is wide, the middle is cut out before: the resized whole would take gigabytes, to keep a sliver.
 */
Picture cropToSquare(Picture picture, int32_t side);

/** The picture resized to `fitted` and centred, offsets rounded down, on a black canvas (`resize_and_pad_image`). */
Picture fitOnCanvas(Picture picture, Size fitted, Size canvas);
