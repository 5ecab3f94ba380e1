#pragma once

#include <napi.h>

/** `loadModel` of binding.d.ts. */
Napi::Value loadModel(const Napi::CallbackInfo & info);

/** `loadProjector` of binding.d.ts. */
Napi::Value loadProjector(const Napi::CallbackInfo & info);
