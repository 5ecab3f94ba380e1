#include "addon.h"

#include <llama.h>

#include "adapter.h"
#include "context.h"
#include "devices.h"
#include "heap.h"
#include "load.h"
#include "log.h"
#include "measure.h"
#include "model.h"
#include "projector.h"
#include "sampler.h"

namespace {

Napi::Value setLogger(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    logging::setLogger(info.Env(), info[0]);
    return info.Env().Undefined();
  });
}

Napi::Value returnFreed(const Napi::CallbackInfo & info) {
  heap::returnFreed();
  return info.Env().Undefined();
}

/** The `exit` event comes before any static destructor; `atexit`, where a worker asks for it too, may come after some. */
void stopOnExit(Napi::Env env) {
  const Napi::Object process = env.Global().Get("process").As<Napi::Object>();
  const auto stop = Napi::Function::New(env, [](const Napi::CallbackInfo &) { Worker::stopAll(); }, "stopNativeWorkers");
  process.Get("on").As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), stop});
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  heap::keepLittle();
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
  exports.Set("returnFreed", Napi::Function::New<returnFreed>(env, "returnFreed"));
  exports.Set("setLogger", Napi::Function::New<setLogger>(env, "setLogger"));
  exports.Set("loadModel", Napi::Function::New<loadModel>(env, "loadModel"));
  exports.Set("loadProjector", Napi::Function::New<loadProjector>(env, "loadProjector"));
  exports.Set("measure", Napi::Function::New<measure>(env, "measure"));
  exports.Set("loadAdapter", Napi::Function::New<JsAdapter::load>(env, "loadAdapter"));
  exports.Set("createContext", Napi::Function::New<JsContext::create>(env, "createContext"));
  exports.Set("createSampler", Napi::Function::New<JsSampler::create>(env, "createSampler"));
  return exports;
}

}  // namespace

NODE_API_MODULE(llava_desk, initialize)
