#include "load.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "addon.h"
#include "arguments.h"
#include "log.h"
#include "model.h"
#include "projector.h"
#include "results.h"

namespace {

/** One load: where it stands, and whether somebody wants it stopped. */
struct Load {
  explicit Load(Napi::Function listener, Worker & loader) : progress(Napi::Persistent(listener)), worker(loader) {}

  /** llama.cpp's and libmtmd's progress callback. */
  static bool report(float fraction, void * data) {
    auto & load = *static_cast<std::shared_ptr<Load> *>(data);
    const auto now = std::chrono::steady_clock::now();
    if (fraction >= 1 || now - load->reported >= std::chrono::milliseconds(50)) {
      load->reported = now;
      load->worker.notify([load, fraction](Napi::Env env) { load->progress.Call({Napi::Number::New(env, fraction)}); });
    }
    return !load->stopped();
  }

  bool stopped() const { return aborted || worker.cancelled(); }

  void check() const {
    if (stopped()) throw Failure("ABORTED", "the load was aborted");
  }

  std::atomic<bool> aborted{false};
  std::chrono::steady_clock::time_point reported;
  // Called, and freed, on the JavaScript thread.
  Napi::FunctionReference progress;
  Worker & worker;
};

/**
 * `NativeLoad`: what `run` loads on the loader's thread, made an object by `convert`. A load that was finished before it saw
 * the abort still ends as aborted: whoever asked for that has no use for the object, and must not have to guess.
 */
template <class Run, class Convert>
Napi::Value start(Napi::Env env, const std::shared_ptr<Load> & load, Run run, Convert convert) {
  using Loaded = decltype(run());
  const auto settle = [load, convert](Napi::Env settledEnv, Loaded & loaded) -> Napi::Value {
    return guarded(settledEnv, [&]() -> Napi::Value {
      if (!load->aborted) return convert(settledEnv, loaded);
      releaseOn(*Addon::of(settledEnv).loader, settledEnv, Napi::Object::New(settledEnv), std::move(loaded), false);
      throw Failure("ABORTED", "the load was aborted");
    });
  };
  Napi::Object result = Napi::Object::New(env);
  result.Set("done", Addon::of(env).loader->post(env, result, "LOAD_FAILED", std::move(run), settle));
  result.Set("abort", Napi::Function::New(env, [load](const Napi::CallbackInfo &) { load->aborted = true; }, "abort"));
  return result;
}

std::shared_ptr<Model> readModel(const std::string & path, const ModelOptions & options, std::shared_ptr<Load> load) {
  load->check();
  llama_model_params params = modelParams(options);
  params.progress_callback = Load::report;
  params.progress_callback_user_data = &load;
  logging::ErrorLines errors;
  llama_model * model = llama_model_load_from_file(path.c_str(), params);
  if (model == nullptr) {
    load->check();
    throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "LOAD_FAILED", errors.text("llama.cpp could not load the model"));
  }
  auto result = std::make_shared<Model>(model);
  load->check();
  if (llama_vocab_type(result->vocabulary()) == LLAMA_VOCAB_TYPE_NONE) throw Failure("LOAD_FAILED", "the model has no vocabulary");
  return result;
}

}  // namespace

ModelOptions readModelOptions(const Napi::Object & options) {
  const std::string devices = arguments::text(options.Get("devices"), "devices");
  if (devices != "all" && devices != "none") throw Failure("BAD_ARGUMENT", "devices must be all or none");
  return {static_cast<int32_t>(arguments::integer(options.Get("gpuLayers"), "gpuLayers", -1, INT32_MAX)),
          arguments::boolean(options.Get("useMmap"), "useMmap"), devices == "all"};
}

llama_model_params modelParams(const ModelOptions & options) {
  static ggml_backend_dev_t none[] = {nullptr};
  llama_model_params params = llama_model_default_params();
  params.n_gpu_layers = options.gpuLayers;
  params.load_mode = options.useMmap ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
  if (!options.allDevices) params.devices = none;
  return params;
}

Napi::Value loadModel(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const std::string path = arguments::text(info[0], "path");
    const ModelOptions options = readModelOptions(arguments::object(info[1], "options"));
    const auto load = std::make_shared<Load>(arguments::function(info[2], "progress"), *Addon::of(info.Env()).loader);
    return start(
        info.Env(), load, [path, options, load] { return readModel(path, options, load); },
        [](Napi::Env env, std::shared_ptr<Model> & model) -> Napi::Value { return JsModel::create(env, std::move(model)); });
  });
}

Napi::Value loadProjector(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const std::string path = arguments::text(info[0], "path");
    const auto model = JsModel::from(info[1]);
    const Napi::Object options = arguments::object(info[2], "options");
    const bool useGpu = arguments::boolean(options.Get("useGpu"), "useGpu");
    const auto threads = static_cast<int32_t>(arguments::integer(options.Get("threads"), "threads", 1, GGML_MAX_N_THREADS));
    auto load = std::make_shared<Load>(arguments::function(info[3], "progress"), *Addon::of(info.Env()).loader);
    auto run = [path, model, useGpu, threads, load]() mutable {
      load->check();
      try {
        return std::make_shared<Encoder>(path, model, useGpu, threads, Encoder::Progress{Load::report, &load});
      } catch (const Failure &) {
        load->check();
        throw;
      }
    };
    return start(info.Env(), load, run,
                 [](Napi::Env env, std::shared_ptr<Encoder> & encoder) -> Napi::Value { return JsProjector::create(env, std::move(encoder)); });
  });
}
