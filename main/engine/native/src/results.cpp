#include "results.h"

#include <cstring>

namespace {

/** An `ArrayBuffer` with the vector's contents. */
template <class Element>
Napi::ArrayBuffer toBuffer(Napi::Env env, std::vector<Element> && values) {
  const size_t size = values.size() * sizeof(Element);
  auto * owner = new std::vector<Element>(std::move(values));
  const auto release = [](napi_env, void *, void * vector) { delete static_cast<std::vector<Element> *>(vector); };
  napi_value buffer = nullptr;
  if (size > 0 && napi_create_external_arraybuffer(env, owner->data(), size, release, owner, &buffer) == napi_ok) {
    return Napi::ArrayBuffer(env, buffer);
  }
  const std::unique_ptr<std::vector<Element>> copied(owner);
  Napi::ArrayBuffer result = Napi::ArrayBuffer::New(env, size);
  if (size > 0) std::memcpy(result.Data(), copied->data(), size);
  return result;
}

}  // namespace

Napi::Value toBytes(Napi::Env env, const void * data, size_t size) {
  Napi::Uint8Array result = Napi::Uint8Array::New(env, size);
  if (size > 0) std::memcpy(result.Data(), data, size);
  return result;
}

Napi::Value toBytes(Napi::Env env, std::vector<uint8_t> && values) {
  const size_t size = values.size();
  return Napi::Uint8Array::New(env, size, toBuffer(env, std::move(values)), 0);
}

Napi::Value toFloats(Napi::Env env, std::vector<float> && values) {
  const size_t size = values.size();
  return Napi::Float32Array::New(env, size, toBuffer(env, std::move(values)), 0);
}

Napi::Value toTokens(Napi::Env env, const std::vector<int32_t> & values) {
  Napi::Int32Array result = Napi::Int32Array::New(env, values.size());
  if (!values.empty()) std::memcpy(result.Data(), values.data(), values.size() * sizeof(int32_t));
  return result;
}
