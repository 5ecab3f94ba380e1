#include "picture.h"

#include <algorithm>
#include <cstring>

Picture padToSquare(Picture picture) {
  if (picture.width == picture.height) return picture;
  const int32_t side = std::max(picture.width, picture.height);
  Picture square{std::vector<uint8_t>(static_cast<size_t>(side) * side * 3), side, side};
  for (size_t i = 0; i < square.rgb.size(); i += 3) {
    square.rgb[i] = 122;
    square.rgb[i + 1] = 116;
    square.rgb[i + 2] = 104;
  }
  const size_t left = static_cast<size_t>((side - picture.width) / 2) * 3;
  const size_t top = static_cast<size_t>((side - picture.height) / 2);
  const size_t row = static_cast<size_t>(picture.width) * 3;
  for (size_t y = 0; y < static_cast<size_t>(picture.height); ++y) {
    std::memcpy(&square.rgb[(top + y) * side * 3 + left], &picture.rgb[y * row], row);
  }
  return square;
}
