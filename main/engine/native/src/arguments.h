#pragma once

#include <napi.h>

#include <cstdint>
#include <string>
#include <vector>

#include "failure.h"

/** Checked readers of JavaScript arguments; all of them throw `Failure("BAD_ARGUMENT")`. */
namespace arguments {

/** A whole number within [low, high]. */
int64_t integer(const Napi::Value & value, const char * name, int64_t low, int64_t high);

/** A finite number within [low, high]. */
double number(const Napi::Value & value, const char * name, double low, double high);

bool boolean(const Napi::Value & value, const char * name);
std::string text(const Napi::Value & value, const char * name);
Napi::Object object(const Napi::Value & value, const char * name);
Napi::Function function(const Napi::Value & value, const char * name);

/** Token ids from an `Int32Array` or an array of numbers, each within [0, vocabulary). */
std::vector<int32_t> tokens(const Napi::Value & value, const char * name, int32_t vocabulary);

/** The bytes of a `Uint8Array`, copied; `size` -1 takes any length. */
std::vector<uint8_t> bytes(const Napi::Value & value, const char * name, int64_t size);

}  // namespace arguments
