#pragma once

#include <ggml-backend.h>
#include <mtmd.h>

#include <cstdint>
#include <string>
#include <vector>

/** What libmtmd knows but does not tell through its own header. Defined next to its sources, see libmtmd_*.cpp. */
namespace libmtmd {

struct ProjectorFacts {
  /** libmtmd's name of the type; "linear" for an mlp projector of a single layer. */
  std::string type;
  int32_t imageSize;
  int32_t patchSize;
  /** Width of one projected token. */
  int32_t width;
  /** LLaVA's fixed square picture: an mlp or linear projector without tiles. */
  bool fixedSquare;
};

bool hasVision(const mtmd_context * context);
ProjectorFacts facts(const mtmd_context * context);

/** The CPU backend that computes the vision graph, or the part of it the GPU cannot take. */
ggml_backend_t cpuBackend(mtmd_context * context);

/** libmtmd's Pillow-compatible bicubic resize of an RGB picture; a side that keeps its length is left as it is. */
std::vector<uint8_t> resize(const std::vector<uint8_t> & rgb, int32_t width, int32_t height, int32_t newWidth, int32_t newHeight);

}  // namespace libmtmd
