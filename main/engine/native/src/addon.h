#pragma once

#include <napi.h>

#include <memory>

#include "worker.h"

/** What one JavaScript environment holds of the addon. */
struct Addon {
  Napi::FunctionReference model;
  Napi::FunctionReference projector;
  Napi::FunctionReference context;
  Napi::FunctionReference sampler;
  Napi::FunctionReference adapter;
  /** Loads and frees models and projectors, one at a time. */
  std::unique_ptr<Worker> loader;

  static Addon & of(Napi::Env env) { return *env.GetInstanceData<Addon>(); }
};
