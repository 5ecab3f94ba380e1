#pragma once

#include <napi.h>

/** `measure` of binding.d.ts. */
Napi::Value measure(const Napi::CallbackInfo & info);
