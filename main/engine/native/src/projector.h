#pragma once

#include <napi.h>

#include <memory>

#include "encoder.h"

/** `NativeProjector` of binding.d.ts. */
class JsProjector : public Napi::ObjectWrap<JsProjector> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Object create(Napi::Env env, std::shared_ptr<Encoder> encoder);

  explicit JsProjector(const Napi::CallbackInfo & info) : ObjectWrap(info) {}

 private:
  const std::shared_ptr<Encoder> & encoder() const;
  Napi::Value layout(const Napi::CallbackInfo & info);
  Napi::Value square(const Napi::CallbackInfo & info);
  Napi::Value encode(const Napi::CallbackInfo & info);
  Napi::Value abort(const Napi::CallbackInfo & info);
  Napi::Value dispose(const Napi::CallbackInfo & info);

  std::unique_ptr<Worker> worker_;
  std::shared_ptr<Encoder> encoder_;
};
