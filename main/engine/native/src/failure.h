#pragma once

#include <napi.h>

#include <stdexcept>
#include <string>

/** An error with one of the codes of `NativeErrorCode` (binding.d.ts); thrown on any thread. */
class Failure : public std::runtime_error {
 public:
  Failure(const char * code, const std::string & message) : std::runtime_error(message), code_(code) {}

  const char * code() const { return code_; }

  /** The same failure, as that of one entry of a step. */
  Failure ofEntry(size_t index) const {
    Failure copy(*this);
    copy.entry_ = static_cast<int64_t>(index);
    return copy;
  }

  /** Index of the step's entry that failed; -1 where none did alone. */
  int64_t entry() const { return entry_; }

 private:
  const char * code_;
  int64_t entry_ = -1;
};

/** The JavaScript error of a failure: an `Error` with `code`, and `entry` where one entry of a step is to blame. */
inline Napi::Error toError(Napi::Env env, const Failure & failure) {
  Napi::Error error = Napi::Error::New(env, failure.what());
  error.Set("code", Napi::String::New(env, failure.code()));
  if (failure.entry() >= 0) error.Set("entry", Napi::Number::New(env, static_cast<double>(failure.entry())));
  return error;
}

/** Runs the body of a callback from JavaScript; a failure becomes a JavaScript exception. */
template <class Body>
auto guarded(Napi::Env env, Body body) -> decltype(body()) {
  try {
    return body();
  } catch (const Failure & failure) {
    throw toError(env, failure);
  } catch (const std::bad_alloc &) {
    throw toError(env, Failure("OUT_OF_MEMORY", "not enough memory"));
  }
}
