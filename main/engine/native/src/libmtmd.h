#pragma once

#include <ggml-backend.h>
#include <mtmd.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "picture.h"

/** What libmtmd knows but does not tell through its own header. Defined next to its sources, see libmtmd_*.cpp. */
namespace libmtmd {

struct ProjectorFacts {
  /** libmtmd's name of the type; "linear" for an mlp projector of a single layer. */
  std::string type;
  int32_t imageSize;
  int32_t patchSize;
  /** Width of one projected token. */
  int32_t width;
  /** LLaVA-1.6: the sizes a picture may take (`image_grid_pinpoints`); empty elsewhere. */
  std::vector<Size> resolutions;
  /** LLaVA-1.6: the vector at the end of a row of features (`image_newline`); empty where the file holds none. */
  std::vector<float> rowEnd;
};

/** Bytes a projector takes on one device. */
struct ProjectorMemory {
  size_t weights = 0;
  /** Buffers to encode a picture of the size it was made for. */
  size_t compute = 0;
};

/** What the projector of a file would take, without loading it. Throws what libmtmd throws. */
std::map<ggml_backend_dev_t, ProjectorMemory> measure(const std::string & path, bool useGpu);

bool hasVision(const mtmd_context * context);
ProjectorFacts facts(const mtmd_context * context);

/** The CPU backend that computes the vision graph, or the part of it the GPU cannot take. */
ggml_backend_t cpuBackend(mtmd_context * context);

/** libmtmd's Pillow-compatible bicubic resize; a side that keeps its length is left as it is. */
Picture resize(const Picture & picture, Size size);

}  // namespace libmtmd
