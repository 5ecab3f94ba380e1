#pragma once

#include <ggml-backend.h>
#include <napi.h>

/** `NativeDevice` of binding.d.ts. */
Napi::Object describeDevice(Napi::Env env, ggml_backend_dev_t device);

/** `systemInfo` of binding.d.ts. */
Napi::Value systemInfo(const Napi::CallbackInfo & info);
