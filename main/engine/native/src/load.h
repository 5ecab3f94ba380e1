#pragma once

#include <llama.h>
#include <napi.h>

/** `loadModel` of binding.d.ts. */
Napi::Value loadModel(const Napi::CallbackInfo & info);

/** `loadProjector` of binding.d.ts. */
Napi::Value loadProjector(const Napi::CallbackInfo & info);

struct ModelOptions {
  int32_t gpuLayers;
  bool useMmap;
  bool allDevices;
};

/** Throws BAD_ARGUMENT. */
ModelOptions readModelOptions(const Napi::Object & options);

/** llama.cpp's parameters for a load, but for who hears of its progress. */
llama_model_params modelParams(const ModelOptions & options);
