#include "measure.h"

#include <llama-ext.h>

#include <memory>
#include <string>
#include <vector>

#include "addon.h"
#include "arguments.h"
#include "context.h"
#include "decoder.h"
#include "devices.h"
#include "libmtmd.h"
#include "load.h"
#include "log.h"

namespace {

/** What a load takes on one device; see `NativeMemory`. */
struct Memory {
  ggml_backend_dev_t device;
  size_t weights = 0;
  size_t mapped = 0;
  size_t kv = 0;
  size_t compute = 0;
  size_t projector = 0;
  size_t encode = 0;
};

struct Measurement {
  /** The CPU first. */
  std::vector<Memory> memories;

  Memory & at(ggml_backend_dev_t device) {
    for (Memory & memory : memories) {
      if (memory.device == device) return memory;
    }
    memories.push_back({device});
    return memories.back();
  }
};

struct Wanted {
  std::string model;
  /** Empty: none. */
  std::string projector;
  ModelOptions options;
  ContextOptions context;
  bool projectorOnGpu;
};

ggml_backend_dev_t cpuDevice() {
  ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
  if (device == nullptr) throw Failure("LOAD_FAILED", "there is no CPU backend");
  return device;
}

/** The device whose memory a buffer type takes; host memory that a GPU can reach is the CPU's. */
ggml_backend_dev_t deviceOf(ggml_backend_buffer_type_t type) {
  ggml_backend_dev_t device = ggml_backend_buft_get_device(type);
  const bool isHost = ggml_backend_buft_is_host(type) && device != nullptr && ggml_backend_dev_buffer_type(device) != type;
  return device == nullptr || isHost ? cpuDevice() : device;
}

/** Whether llama.cpp uses weights of this type where the file is mapped (`load_tensors`); others, repacked ones among them, are copied. */
bool usesMapping(ggml_backend_buffer_type_t type) {
  ggml_backend_dev_t device = ggml_backend_buft_get_device(type);
  if (device == nullptr) device = cpuDevice();
  if (ggml_backend_dev_host_buffer_type(device) == type) return true;
  ggml_backend_dev_props properties{};
  ggml_backend_dev_get_props(device, &properties);
  return properties.caps.buffer_from_host_ptr && ggml_backend_dev_buffer_type(device) == type;
}

void measureModel(const Wanted & wanted, Measurement & measurement) {
  llama_model_params params = modelParams(wanted.options);
  params.no_alloc = true;
  params.load_mode = LLAMA_LOAD_MODE_NONE;
  logging::ErrorLines errors;
  const std::unique_ptr<llama_model, decltype(&llama_model_free)> model(llama_model_load_from_file(wanted.model.c_str(), params), llama_model_free);
  if (!model) throw Failure("LOAD_FAILED", errors.text("llama.cpp could not read the model"));
  const std::unique_ptr<llama_context, decltype(&llama_free)> context(llama_init_from_model(model.get(), contextParams(wanted.context)), llama_free);
  if (!context) throw Failure("LOAD_FAILED", errors.text("llama.cpp could not lay out the context"));
  for (const auto & [type, bytes] : llama_get_memory_breakdown(context.get())) {
    Memory & memory = measurement.at(deviceOf(type));
    (wanted.options.useMmap && usesMapping(type) ? memory.mapped : memory.weights) += bytes.model;
    memory.kv += bytes.context;
    memory.compute += bytes.compute;
  }
  // The rows of logits, which llama.cpp allocates when they are first asked for and leaves out of its figures.
  measurement.memories.front().compute += sizeof(float) * logitRows(wanted.context) * static_cast<size_t>(llama_vocab_n_tokens(llama_model_get_vocab(model.get())));
}

void measureProjector(const Wanted & wanted, Measurement & measurement) {
  logging::ErrorLines errors;
  try {
    for (const auto & [device, bytes] : libmtmd::measure(wanted.projector, wanted.projectorOnGpu)) {
      measurement.at(device).projector += bytes.weights;
      measurement.at(device).encode += bytes.compute;
    }
  } catch (const std::exception & error) {
    throw Failure("LOAD_FAILED", errors.text(error.what()));
  }
}

Measurement run(const Wanted & wanted) {
  Measurement measurement;
  measurement.at(cpuDevice());
  measureModel(wanted, measurement);
  if (!wanted.projector.empty()) measureProjector(wanted, measurement);
  return measurement;
}

Napi::Value toObject(Napi::Env env, const Measurement & measurement) {
  Napi::Array devices = Napi::Array::New(env);
  for (uint32_t i = 0; i < measurement.memories.size(); ++i) {
    const Memory & memory = measurement.memories[i];
    Napi::Object object = describeDevice(env, memory.device);
    const auto set = [&](const char * name, size_t bytes) { object.Set(name, static_cast<double>(bytes)); };
    set("weightBytes", memory.weights);
    set("mappedBytes", memory.mapped);
    set("kvBytes", memory.kv);
    set("computeBytes", memory.compute);
    set("projectorBytes", memory.projector);
    set("encodeBytes", memory.encode);
    devices.Set(i, object);
  }
  return devices;
}

}  // namespace

Napi::Value measure(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    const Napi::Object options = arguments::object(info[2], "options");
    Wanted wanted{arguments::text(info[0], "modelPath"), info[1].IsNull() ? std::string() : arguments::text(info[1], "projectorPath"), readModelOptions(options),
                  readContextOptions(arguments::object(options.Get("context"), "context")), arguments::boolean(options.Get("projectorOnGpu"), "projectorOnGpu")};
    return Addon::of(info.Env()).loader->post(info.Env(), options, "LOAD_FAILED", [wanted] { return run(wanted); }, toObject);
  });
}
