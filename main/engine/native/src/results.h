#pragma once

#include <napi.h>

#include <memory>
#include <vector>

#include "worker.h"

/** Bytes as a `Uint8Array`, copied. */
Napi::Value toBytes(Napi::Env env, const void * data, size_t size);

/** A vector's values as a typed array; without a copy where the runtime lets an array use foreign memory (Electron does not). */
Napi::Value toBytes(Napi::Env env, std::vector<uint8_t> && values);
Napi::Value toFloats(Napi::Env env, std::vector<float> && values);

Napi::Value toTokens(Napi::Env env, const std::vector<int32_t> & values);

/**
 * Lets go of a shared object on `worker`'s thread, where freeing may take its time; settles when done. `last`: no job
 * follows, the thread ends as well.
 */
template <class Object>
Napi::Promise releaseOn(Worker & worker, Napi::Env env, Napi::Object keep, std::shared_ptr<Object> object, bool last) {
  return worker.post(
      env, keep, "LOAD_FAILED",
      [object = std::move(object)]() mutable {
        object.reset();
        return true;
      },
      [&worker, last](Napi::Env settledEnv, bool) -> Napi::Value {
        if (last) worker.stop();
        return settledEnv.Undefined();
      });
}

/** A promise that is already fulfilled with undefined. */
inline Napi::Value resolved(Napi::Env env) {
  const auto deferred = Napi::Promise::Deferred::New(env);
  deferred.Resolve(env.Undefined());
  return deferred.Promise();
}

/** Runs the body of a method that returns a promise; a failure becomes a rejection, never an exception. */
template <class Body>
Napi::Value rejecting(Napi::Env env, Body body) {
  const auto rejected = [env](const Failure & failure) {
    const auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(toError(env, failure).Value());
    return deferred.Promise();
  };
  try {
    return body();
  } catch (const Failure & failure) {
    return rejected(failure);
  } catch (const std::bad_alloc &) {
    // Arguments are copied here, a picture's pixels among them.
    return rejected(Failure("OUT_OF_MEMORY", "not enough memory"));
  }
}
