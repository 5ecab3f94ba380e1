#include "softmax.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

// Independent lanes let the compiler use vector registers without reordering floating-point sums behind our back.
constexpr size_t LANES = 16;

float largest(const float * values, size_t count) {
  float lanes[LANES];
  std::fill_n(lanes, LANES, values[0]);
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (size_t lane = 0; lane < LANES; ++lane) lanes[lane] = values[i + lane] > lanes[lane] ? values[i + lane] : lanes[lane];
  }
  float result = *std::max_element(lanes, lanes + LANES);
  for (; i < count; ++i) result = std::max(result, values[i]);
  return result;
}

/** exp(x) for x in [-87, 0], relative error below 2e-7: 2^n by the exponent bits, the rest by a polynomial (Cephes' expf). */
inline float fastExp(float x) {
  const float n = static_cast<float>(static_cast<int32_t>(x * 1.44269504f - 0.5f));
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const int32_t bits = (static_cast<int32_t>(n) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, sizeof(scale));
  return p * scale;
}

}  // namespace

size_t indexOfLargest(const float * values, size_t count) {
  const float top = largest(values, count);
  const float * found = std::find(values, values + count, top);
  // Only a NaN among the values hides the largest one.
  return found == values + count ? 0 : static_cast<size_t>(found - values);
}

float logSoftmax(const float * values, size_t count, size_t index) {
  const float top = largest(values, count);
  float lanes[LANES] = {};
  size_t i = 0;
  for (; i + LANES <= count; i += LANES) {
    for (size_t lane = 0; lane < LANES; ++lane) lanes[lane] += fastExp(std::max(values[i + lane] - top, -87.0f));
  }
  double sum = 0;
  for (float lane : lanes) sum += lane;
  for (; i < count; ++i) sum += fastExp(std::max(values[i] - top, -87.0f));
  return static_cast<float>(values[index] - top - std::log(sum));
}
