#include "adapter.h"

#include <gguf.h>

#include <mutex>
#include <utility>

#include "addon.h"
#include "arguments.h"
#include "log.h"
#include "results.h"

namespace {

/**
 * What llama.cpp takes for granted about an adapter's metadata: it ends the process where a value has another type.
 * Throws LOAD_FAILED.
 */
void checkMetadata(const std::string & path) {
  const std::unique_ptr<gguf_context, decltype(&gguf_free)> file(gguf_init_from_file(path.c_str(), {true, nullptr}), gguf_free);
  if (!file) throw Failure("LOAD_FAILED", "the file is no GGUF");
  const auto check = [&](const char * key, gguf_type type) {
    const int64_t id = gguf_find_key(file.get(), key);
    if (id < 0 || gguf_get_kv_type(file.get(), id) != type) {
      throw Failure("LOAD_FAILED", std::string(key) + " is missing or no " + gguf_type_name(type));
    }
  };
  check("general.type", GGUF_TYPE_STRING);
  check("general.architecture", GGUF_TYPE_STRING);
  check("adapter.type", GGUF_TYPE_STRING);
  check("adapter.lora.alpha", GGUF_TYPE_FLOAT32);
  // Such an adapter takes effect from certain tokens of a prompt on; applied to all of it, it would be another one.
  if (gguf_find_key(file.get(), "adapter.alora.invocation_tokens") >= 0) throw Failure("LOAD_FAILED", "activated LoRA is not supported");
}

}  // namespace

Adapter::Adapter(const std::string & path, std::shared_ptr<Model> model) : model_(std::move(model)) {
  checkMetadata(path);
  logging::ErrorLines errors;
  const std::lock_guard<std::shared_mutex> lock(model_->adapters());
  adapter_ = llama_adapter_lora_init(model_->get(), path.c_str());
  if (adapter_ == nullptr) {
    throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "LOAD_FAILED", errors.text("llama.cpp could not load the adapter"));
  }
}

Adapter::~Adapter() {
  if (adapter_ == nullptr) return;
  const std::lock_guard<std::shared_mutex> lock(model_->adapters());
  llama_adapter_lora_free(adapter_);
}

Napi::Function JsAdapter::define(Napi::Env env) { return DefineClass(env, "NativeAdapter", {InstanceMethod<&JsAdapter::dispose>("dispose")}); }

Napi::Value JsAdapter::load(const Napi::CallbackInfo & info) {
  const Napi::Env env = info.Env();
  return rejecting(env, [&]() -> Napi::Value {
    const std::string path = arguments::text(info[0], "path");
    const auto model = JsModel::from(info[1]);
    Napi::Object object = Addon::of(env).adapter.New({});
    return Addon::of(env).loader->post(
        env, object, "LOAD_FAILED", [path, model] { return std::make_shared<Adapter>(path, model); },
        [wrapped = JsAdapter::Unwrap(object)](Napi::Env, std::shared_ptr<Adapter> & adapter) -> Napi::Value {
          wrapped->adapter_ = std::move(adapter);
          return wrapped->Value();
        });
  });
}

std::shared_ptr<Adapter> JsAdapter::from(const Napi::Value & value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(Addon::of(value.Env()).adapter.Value())) {
    throw Failure("BAD_ARGUMENT", "adapter must be an adapter of this addon");
  }
  const auto & adapter = JsAdapter::Unwrap(value.As<Napi::Object>())->adapter_;
  if (!adapter) throw Failure("DISPOSED", "the adapter was disposed");
  return adapter;
}

Napi::Value JsAdapter::dispose(const Napi::CallbackInfo & info) {
  if (!adapter_) return resolved(info.Env());
  return releaseOn(*Addon::of(info.Env()).loader, info.Env(), Value(), std::exchange(adapter_, nullptr), false);
}
