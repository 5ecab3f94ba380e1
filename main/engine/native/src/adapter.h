#pragma once

#include <llama.h>
#include <napi.h>

#include <memory>
#include <string>

#include "model.h"

/** A LoRA adapter in memory, made for one model and freed with the last of those that hold it. */
class Adapter {
 public:
  /** Throws LOAD_FAILED, OUT_OF_MEMORY. Waits until no context of the model computes. */
  Adapter(const std::string & path, std::shared_ptr<Model> model);
  ~Adapter();
  Adapter(const Adapter &) = delete;
  Adapter & operator=(const Adapter &) = delete;

  llama_adapter_lora * get() const { return adapter_; }
  const Model & model() const { return *model_; }

 private:
  std::shared_ptr<Model> model_;
  llama_adapter_lora * adapter_ = nullptr;
};

/** `NativeAdapter` of binding.d.ts. */
class JsAdapter : public Napi::ObjectWrap<JsAdapter> {
 public:
  static Napi::Function define(Napi::Env env);
  /** `loadAdapter` of binding.d.ts. */
  static Napi::Value load(const Napi::CallbackInfo & info);
  /** The adapter behind a JavaScript value; throws BAD_ARGUMENT or DISPOSED. */
  static std::shared_ptr<Adapter> from(const Napi::Value & value);

  explicit JsAdapter(const Napi::CallbackInfo & info) : ObjectWrap(info) {}

 private:
  Napi::Value dispose(const Napi::CallbackInfo & info);

  std::shared_ptr<Adapter> adapter_;
};
