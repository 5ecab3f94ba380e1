#include "addon.h"

#include <llama.h>

#include "adapter.h"
#include "context.h"
#include "load.h"
#include "log.h"
#include "model.h"
#include "projector.h"
#include "sampler.h"

namespace {

const char * typeName(enum ggml_backend_dev_type type) {
  switch (type) {
    case GGML_BACKEND_DEVICE_TYPE_GPU: return "gpu";
    case GGML_BACKEND_DEVICE_TYPE_IGPU: return "igpu";
    case GGML_BACKEND_DEVICE_TYPE_CPU: return "cpu";
    default: return "accel";
  }
}

Napi::Value systemInfo(const Napi::CallbackInfo & info) {
  const Napi::Env env = info.Env();
  Napi::Array devices = Napi::Array::New(env);
  for (size_t i = 0; i < ggml_backend_dev_count(); ++i) {
    ggml_backend_dev_props properties{};
    ggml_backend_dev_get_props(ggml_backend_dev_get(i), &properties);
    Napi::Object device = Napi::Object::New(env);
    device.Set("name", properties.name);
    device.Set("description", properties.description);
    device.Set("type", typeName(properties.type));
    device.Set("freeBytes", static_cast<double>(properties.memory_free));
    device.Set("totalBytes", static_cast<double>(properties.memory_total));
    devices.Set(static_cast<uint32_t>(i), device);
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("text", llama_print_system_info());
  result.Set("devices", devices);
  return result;
}

Napi::Value setLogger(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    logging::setLogger(info.Env(), info[0]);
    return info.Env().Undefined();
  });
}

/** The `exit` event comes before any static destructor; `atexit`, where a worker asks for it too, may come after some. */
void stopOnExit(Napi::Env env) {
  const Napi::Object process = env.Global().Get("process").As<Napi::Object>();
  const auto stop = Napi::Function::New(env, [](const Napi::CallbackInfo &) { Worker::stopAll(); }, "stopNativeWorkers");
  process.Get("on").As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), stop});
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  logging::install();
  llama_backend_init();
  auto * addon = new Addon();
  addon->model = Napi::Persistent(JsModel::define(env));
  addon->projector = Napi::Persistent(JsProjector::define(env));
  addon->context = Napi::Persistent(JsContext::define(env));
  addon->sampler = Napi::Persistent(JsSampler::define(env));
  addon->adapter = Napi::Persistent(JsAdapter::define(env));
  env.SetInstanceData(addon);
  addon->loader = std::make_unique<Worker>(env, "llava-desk loader");
  stopOnExit(env);
  exports.Set("systemInfo", Napi::Function::New<systemInfo>(env, "systemInfo"));
  exports.Set("setLogger", Napi::Function::New<setLogger>(env, "setLogger"));
  exports.Set("loadModel", Napi::Function::New<loadModel>(env, "loadModel"));
  exports.Set("loadProjector", Napi::Function::New<loadProjector>(env, "loadProjector"));
  exports.Set("loadAdapter", Napi::Function::New<JsAdapter::load>(env, "loadAdapter"));
  exports.Set("createContext", Napi::Function::New<JsContext::create>(env, "createContext"));
  exports.Set("createSampler", Napi::Function::New<JsSampler::create>(env, "createSampler"));
  return exports;
}

}  // namespace

NODE_API_MODULE(llava_desk, initialize)
