#include "picture.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "libmtmd.h"

namespace {

constexpr int32_t LONGEST_CROPPED = 32;

/** Rows that are padded and resized at a time; for the longest picture they take a few megabytes. */
constexpr int32_t STRIP = 64;

constexpr std::array<uint8_t, 3> MEAN_COLOUR = {122, 116, 104};

Picture canvasOf(Size size, std::array<uint8_t, 3> colour) {
  Picture canvas{std::vector<uint8_t>(static_cast<size_t>(size.width) * size.height * 3), size.width, size.height};
  for (size_t i = 0; i < canvas.rgb.size(); i += 3) std::copy(colour.begin(), colour.end(), canvas.rgb.begin() + static_cast<std::ptrdiff_t>(i));
  return canvas;
}

/** Copies `picture` into the middle of `canvas`, which is at least as large. */
void paste(const Picture & picture, Picture & canvas) {
  const auto left = static_cast<size_t>((canvas.width - picture.width) / 2);
  const auto top = static_cast<size_t>((canvas.height - picture.height) / 2);
  const size_t row = static_cast<size_t>(picture.width) * 3;
  for (size_t y = 0; y < static_cast<size_t>(picture.height); ++y) {
    std::memcpy(&canvas.rgb[((top + y) * canvas.width + left) * 3], &picture.rgb[y * row], row);
  }
}

/** The middle of a picture, no longer than `ratio` times its width. */
Picture cutMiddle(Picture picture, int32_t ratio) {
  const int32_t longest = std::min(picture.width, picture.height) * ratio;
  const Size size{std::min(picture.width, longest), std::min(picture.height, longest)};
  if (size.width == picture.width && size.height == picture.height) return picture;
  return cut(picture, (picture.width - size.width) / 2, (picture.height - size.height) / 2, size);
}

}  // namespace

Picture resize(Picture picture, Size size) {
  if (picture.width == size.width && picture.height == size.height) return picture;
  return libmtmd::resize(picture, size);
}

Picture cut(const Picture & picture, int32_t left, int32_t top, Size size) {
  Picture part{std::vector<uint8_t>(static_cast<size_t>(size.width) * size.height * 3), size.width, size.height};
  const size_t row = static_cast<size_t>(size.width) * 3;
  for (size_t y = 0; y < static_cast<size_t>(size.height); ++y) {
    std::memcpy(&part.rgb[y * row], &picture.rgb[((top + y) * picture.width + left) * 3], row);
  }
  return part;
}

Picture padToSquare(const Picture & picture, int32_t side) {
  const int32_t full = std::max(picture.width, picture.height);
  const int32_t top = (full - picture.height) / 2;
  // The whole square, resized along its rows alone.
  Picture narrow{{}, side, full};
  narrow.rgb.reserve(static_cast<size_t>(full) * side * 3);
  const Picture empty = resize(canvasOf({full, 1}, MEAN_COLOUR), {side, 1});
  const auto add = [&](const Picture & rows) { narrow.rgb.insert(narrow.rgb.end(), rows.rgb.begin(), rows.rgb.end()); };
  for (int32_t y = 0; y < top; ++y) add(empty);
  for (int32_t from = 0; from < picture.height; from += STRIP) {
    const int32_t count = std::min(STRIP, picture.height - from);
    Picture padded = canvasOf({full, count}, MEAN_COLOUR);
    paste(cut(picture, 0, from, {picture.width, count}), padded);
    add(resize(std::move(padded), {side, count}));
  }
  for (int32_t y = top + picture.height; y < full; ++y) add(empty);
  return resize(std::move(narrow), {side, side});
}

Picture cropToSquare(Picture picture, int32_t side) {
  picture = cutMiddle(std::move(picture), LONGEST_CROPPED);
  // `get_resize_output_image_size` of transformers: the longer side is rounded down.
  const bool isWide = picture.width > picture.height;
  const double ratio = isWide ? static_cast<double>(side) * picture.width / picture.height : static_cast<double>(side) * picture.height / picture.width;
  const auto longer = static_cast<int32_t>(ratio);
  picture = resize(std::move(picture), isWide ? Size{longer, side} : Size{side, longer});
  return cut(picture, (picture.width - side) / 2, (picture.height - side) / 2, {side, side});
}

Picture fitOnCanvas(Picture picture, Size fitted, Size canvas) {
  Picture result = canvasOf(canvas, {0, 0, 0});
  paste(resize(std::move(picture), fitted), result);
  return result;
}
