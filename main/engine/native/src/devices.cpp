#include "devices.h"

#include <llama.h>

namespace {

const char * typeName(enum ggml_backend_dev_type type) {
  switch (type) {
    case GGML_BACKEND_DEVICE_TYPE_GPU: return "gpu";
    case GGML_BACKEND_DEVICE_TYPE_IGPU: return "igpu";
    case GGML_BACKEND_DEVICE_TYPE_CPU: return "cpu";
    default: return "accel";
  }
}

}  // namespace

Napi::Object describeDevice(Napi::Env env, ggml_backend_dev_t device) {
  ggml_backend_dev_props properties{};
  ggml_backend_dev_get_props(device, &properties);
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", properties.name);
  object.Set("description", properties.description);
  object.Set("type", typeName(properties.type));
  object.Set("freeBytes", static_cast<double>(properties.memory_free));
  object.Set("totalBytes", static_cast<double>(properties.memory_total));
  return object;
}

Napi::Value systemInfo(const Napi::CallbackInfo & info) {
  const Napi::Env env = info.Env();
  Napi::Array devices = Napi::Array::New(env);
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) devices.Set(static_cast<uint32_t>(i), describeDevice(env, ggml_backend_dev_get(i)));
  Napi::Object result = Napi::Object::New(env);
  result.Set("text", llama_print_system_info());
  result.Set("devices", devices);
  return result;
}
