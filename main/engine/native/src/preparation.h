#pragma once

#include <string>

#include "libmtmd.h"

/** How a picture of any shape becomes what the vision tower sees. */
enum class Preparation {
  /** LLaVA-1.5: padded to a square, then resized. */
  pad,
  /** LLaVA-1.0: the middle of the picture. */
  crop,
  /** LLaVA-1.6: an overview and tiles. */
  tiles,
  /** Other families: by libmtmd. */
  libmtmd,
};

/**
 * Chooses from the projector's header; see docs/vision.md. Throws LOAD_FAILED where it asks for a way that is not known here:
 * another one would give wrong answers without a word.
 */
Preparation choosePreparation(const std::string & path, const libmtmd::ProjectorFacts & facts);
