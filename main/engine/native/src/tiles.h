#pragma once

#include <cstddef>
#include <vector>

#include "picture.h"

/**
 * LLaVA-1.6's way with a picture ("anyres" with "spatial_unpad"; llava/mm_utils.py, llava/model/llava_arch.py): the whole of it
 * squashed to one square comes first, then its tiles, whose features are put together to one map, freed from those of the
 * canvas around the picture, and sent row by row, each row ended by a learned vector.
 */
struct TileLayout {
  /** The best of the model's resolutions, filled by `columns` x `rows` tiles. */
  Size canvas;
  /** The picture on it. */
  Size fitted;
  int32_t columns;
  int32_t rows;
  /** Features in a row or column of a tile. */
  int32_t side;
  /** What is left of the map, in features. */
  int32_t top;
  int32_t bottom;
  int32_t left;
  int32_t right;

  int32_t tiles() const { return columns * rows; }
};

/** `resolutions` are multiples of `tile`, the side of a tile in pixels; `side` is how many features that makes. */
TileLayout layTiles(Size picture, const std::vector<Size> & resolutions, int32_t tile, int32_t side);

/** Tokens of a picture. `rowEnds`: whether the model has a vector for the end of a row. */
size_t countTokens(const TileLayout & layout, bool rowEnds);

/**
 * The features in the order the language model was trained on. `parts`: the overview, then the tiles row by row, each of
 * side * side vectors of `width` numbers. `rowEnd`: as wide, or empty where the file holds none.
 */
std::vector<float> assemble(const std::vector<std::vector<float>> & parts, const TileLayout & layout, size_t width, const std::vector<float> & rowEnd);
