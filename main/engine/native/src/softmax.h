#pragma once

#include <cstddef>

/** The index of the largest value; the first of equals. `count` > 0. */
size_t indexOfLargest(const float * values, size_t count);

/** Natural log of softmax(values)[index]. `count` > 0. */
float logSoftmax(const float * values, size_t count, size_t index);
