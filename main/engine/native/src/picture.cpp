#include "picture.h"

#include <algorithm>
#include <cstring>

#include "libmtmd.h"

namespace {

/** Rows that are padded and resized at a time; for the longest picture they take a few megabytes. */
constexpr int32_t STRIP = 64;

constexpr uint8_t MEAN_COLOUR[3] = {122, 116, 104};

std::vector<uint8_t> background(int32_t width, int32_t height) {
  std::vector<uint8_t> rgb(static_cast<size_t>(width) * height * 3);
  for (size_t i = 0; i < rgb.size(); ++i) rgb[i] = MEAN_COLOUR[i % 3];
  return rgb;
}

/** Rows of the padded square, `width` pixels wide, that hold rows [from, from + count) of the picture. */
std::vector<uint8_t> paddedRows(const Picture & picture, int32_t width, int32_t from, int32_t count) {
  std::vector<uint8_t> rows = background(width, count);
  const size_t left = static_cast<size_t>((width - picture.width) / 2) * 3;
  const size_t bytes = static_cast<size_t>(picture.width) * 3;
  for (size_t y = 0; y < static_cast<size_t>(count); ++y) {
    std::memcpy(&rows[y * width * 3 + left], &picture.rgb[(static_cast<size_t>(from) + y) * bytes], bytes);
  }
  return rows;
}

}  // namespace

Picture squareOf(const Picture & picture, int32_t side) {
  const int32_t full = std::max(picture.width, picture.height);
  const int32_t top = (full - picture.height) / 2;
  const size_t row = static_cast<size_t>(side) * 3;
  // The whole square, resized along its rows alone.
  std::vector<uint8_t> narrow;
  narrow.reserve(static_cast<size_t>(full) * row);
  const std::vector<uint8_t> empty = libmtmd::resize(background(full, 1), full, 1, side, 1);
  for (int32_t y = 0; y < top; ++y) narrow.insert(narrow.end(), empty.begin(), empty.end());
  for (int32_t from = 0; from < picture.height; from += STRIP) {
    const int32_t count = std::min(STRIP, picture.height - from);
    const std::vector<uint8_t> strip = libmtmd::resize(paddedRows(picture, full, from, count), full, count, side, count);
    narrow.insert(narrow.end(), strip.begin(), strip.end());
  }
  while (narrow.size() < static_cast<size_t>(full) * row) narrow.insert(narrow.end(), empty.begin(), empty.end());
  return {libmtmd::resize(narrow, side, full, side, side), side, side};
}
