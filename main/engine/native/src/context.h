#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "decoder.h"

/** `NativeContextOptions` of binding.d.ts; throws BAD_ARGUMENT. */
ContextOptions readContextOptions(const Napi::Object & options);

/** `NativeContext` of binding.d.ts. */
class JsContext : public Napi::ObjectWrap<JsContext> {
 public:
  static Napi::Function define(Napi::Env env);
  /** `createContext` of binding.d.ts. */
  static Napi::Value create(const Napi::CallbackInfo & info);

  explicit JsContext(const Napi::CallbackInfo & info) : ObjectWrap(info) {}

 private:
  const std::shared_ptr<Decoder> & decoder() const;
  llama_seq_id sequence(const Napi::Value & value, const char * name) const;
  std::vector<StepEntry> entries(const Napi::Value & value) const;
  template <class Operation>
  void queue(Operation operation);

  Napi::Value step(const Napi::CallbackInfo & info);
  Napi::Value prefillEmbeddings(const Napi::CallbackInfo & info);
  Napi::Value copySequence(const Napi::CallbackInfo & info);
  Napi::Value removeRange(const Napi::CallbackInfo & info);
  Napi::Value saveSequence(const Napi::CallbackInfo & info);
  Napi::Value restoreSequence(const Napi::CallbackInfo & info);
  Napi::Value setAdapters(const Napi::CallbackInfo & info);
  Napi::Value setThreads(const Napi::CallbackInfo & info);
  Napi::Value abort(const Napi::CallbackInfo & info);
  Napi::Value memory(const Napi::CallbackInfo & info);
  Napi::Value dispose(const Napi::CallbackInfo & info);

  std::shared_ptr<Model> model_;
  uint32_t sequences_ = 0;
  int32_t threads_ = 0;
  // Jobs keep this object alive, so both outlive the last job; the decoder asks the worker when to stop and goes first.
  std::unique_ptr<Worker> worker_;
  std::shared_ptr<Decoder> decoder_;
};
