#include "tiles.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace {

// Python computes with doubles and rounds towards zero; so does this, to come out at the same whole numbers.

/** `select_best_resolution`: the most of the picture's pixels, then the least of the canvas left over; the first of equals. */
Size chooseResolution(Size picture, const std::vector<Size> & resolutions) {
  Size best = resolutions.front();
  int64_t mostUsed = 0;
  int64_t leastWasted = std::numeric_limits<int64_t>::max();
  for (const Size & size : resolutions) {
    const double scale = std::min(static_cast<double>(size.width) / picture.width, static_cast<double>(size.height) / picture.height);
    const auto scaled = static_cast<int64_t>(picture.width * scale) * static_cast<int64_t>(picture.height * scale);
    const int64_t used = std::min(scaled, static_cast<int64_t>(picture.width) * picture.height);
    const int64_t wasted = static_cast<int64_t>(size.width) * size.height - used;
    if (used < mostUsed || (used == mostUsed && wasted >= leastWasted)) continue;
    mostUsed = used;
    leastWasted = wasted;
    best = size;
  }
  return best;
}

/** `resize_and_pad_image`: as large as fits, the other side rounded up. */
Size fit(Size picture, Size canvas) {
  const double byWidth = static_cast<double>(canvas.width) / picture.width;
  const double byHeight = static_cast<double>(canvas.height) / picture.height;
  if (byWidth < byHeight) return {canvas.width, std::min(static_cast<int32_t>(std::ceil(picture.height * byWidth)), canvas.height)};
  return {std::min(static_cast<int32_t>(std::ceil(picture.width * byHeight)), canvas.width), canvas.height};
}

/** `unpad_image`: how many of `whole` features are canvas on each side of a picture that takes `length * scale` of them. */
int32_t padding(int32_t whole, int32_t length, double scale) { return (whole - static_cast<int32_t>(length * scale)) / 2; }

}  // namespace

TileLayout layTiles(Size picture, const std::vector<Size> & resolutions, int32_t tile, int32_t side) {
  TileLayout layout{};
  layout.canvas = chooseResolution(picture, resolutions);
  layout.fitted = fit(picture, layout.canvas);
  layout.columns = layout.canvas.width / tile;
  layout.rows = layout.canvas.height / tile;
  layout.side = side;
  const int32_t width = layout.columns * side;
  const int32_t height = layout.rows * side;
  const bool isWider = static_cast<double>(picture.width) / picture.height > static_cast<double>(width) / height;
  layout.top = isWider ? padding(height, picture.height, static_cast<double>(width) / picture.width) : 0;
  layout.left = isWider ? 0 : padding(width, picture.width, static_cast<double>(height) / picture.height);
  layout.bottom = height - layout.top;
  layout.right = width - layout.left;
  return layout;
}

size_t countTokens(const TileLayout & layout, bool rowEnds) {
  const auto side = static_cast<size_t>(layout.side);
  const auto columns = static_cast<size_t>(layout.right - layout.left);
  return side * side + static_cast<size_t>(layout.bottom - layout.top) * (columns + (rowEnds ? 1 : 0));
}

std::vector<float> assemble(const std::vector<std::vector<float>> & parts, const TileLayout & layout, size_t width, const std::vector<float> & rowEnd) {
  std::vector<float> sequence;
  sequence.reserve(countTokens(layout, !rowEnd.empty()) * width);
  sequence.insert(sequence.end(), parts[0].begin(), parts[0].end());
  for (int32_t y = layout.top; y < layout.bottom; ++y) {
    for (int32_t x = layout.left; x < layout.right; ++x) {
      const std::vector<float> & tile = parts[static_cast<size_t>(1 + (y / layout.side) * layout.columns + x / layout.side)];
      const auto feature = tile.begin() + static_cast<std::ptrdiff_t>(((y % layout.side) * layout.side + x % layout.side) * width);
      sequence.insert(sequence.end(), feature, feature + static_cast<std::ptrdiff_t>(width));
    }
    sequence.insert(sequence.end(), rowEnd.begin(), rowEnd.end());
  }
  return sequence;
}
