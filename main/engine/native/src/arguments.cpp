#include "arguments.h"

#include <cmath>

namespace arguments {

namespace {

[[noreturn]] void bad(const char * name, const std::string & wanted) {
  throw Failure("BAD_ARGUMENT", std::string(name) + " must be " + wanted);
}

int32_t checkedToken(int64_t token, const char * name, int32_t vocabulary) {
  if (token < 0 || token >= vocabulary) {
    bad(name, "token ids from 0 to " + std::to_string(vocabulary - 1) + ", not " + std::to_string(token));
  }
  return static_cast<int32_t>(token);
}

}  // namespace

double number(const Napi::Value & value, const char * name, double low, double high) {
  if (!value.IsNumber()) bad(name, "a number");
  const double result = value.As<Napi::Number>().DoubleValue();
  if (!(result >= low && result <= high)) {
    bad(name, "from " + std::to_string(low) + " to " + std::to_string(high) + ", not " + std::to_string(result));
  }
  return result;
}

int64_t integer(const Napi::Value & value, const char * name, int64_t low, int64_t high) {
  if (!value.IsNumber()) bad(name, "a number");
  const double result = value.As<Napi::Number>().DoubleValue();
  const bool whole = std::floor(result) == result;
  if (!whole || !(result >= static_cast<double>(low) && result <= static_cast<double>(high))) {
    bad(name, "a whole number from " + std::to_string(low) + " to " + std::to_string(high) + ", not " + std::to_string(result));
  }
  return static_cast<int64_t>(result);
}

bool boolean(const Napi::Value & value, const char * name) {
  if (!value.IsBoolean()) bad(name, "a boolean");
  return value.As<Napi::Boolean>().Value();
}

std::string text(const Napi::Value & value, const char * name) {
  if (!value.IsString()) bad(name, "a string");
  return value.As<Napi::String>().Utf8Value();
}

Napi::Object object(const Napi::Value & value, const char * name) {
  if (!value.IsObject()) bad(name, "an object");
  return value.As<Napi::Object>();
}

Napi::Function function(const Napi::Value & value, const char * name) {
  if (!value.IsFunction()) bad(name, "a function");
  return value.As<Napi::Function>();
}

std::vector<int32_t> tokens(const Napi::Value & value, const char * name, int32_t vocabulary) {
  std::vector<int32_t> result;
  if (value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_int32_array) {
    const auto array = value.As<Napi::Int32Array>();
    result.reserve(array.ElementLength());
    for (size_t i = 0; i < array.ElementLength(); ++i) result.push_back(checkedToken(array[i], name, vocabulary));
  } else if (value.IsArray()) {
    const auto array = value.As<Napi::Array>();
    result.reserve(array.Length());
    for (uint32_t i = 0; i < array.Length(); ++i) {
      result.push_back(static_cast<int32_t>(integer(array.Get(i), name, 0, vocabulary - 1)));
    }
  } else {
    bad(name, "an Int32Array or an array of token ids");
  }
  return result;
}

std::vector<uint8_t> bytes(const Napi::Value & value, const char * name, int64_t size) {
  const bool isBytes = value.IsTypedArray() && (value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array ||
                                                value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_clamped_array);
  if (!isBytes) bad(name, "a Uint8Array");
  const auto array = value.As<Napi::Uint8Array>();
  if (size >= 0 && static_cast<int64_t>(array.ByteLength()) != size) {
    bad(name, std::to_string(size) + " bytes long, not " + std::to_string(array.ByteLength()));
  }
  return std::vector<uint8_t>(array.Data(), array.Data() + array.ByteLength());
}

}  // namespace arguments
