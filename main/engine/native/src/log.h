#pragma once

#include <napi.h>

#include <string>

/** llama.cpp's, ggml's and libmtmd's log lines. */
namespace logging {

/** Takes the three libraries' logs over; until a logger is set they are dropped. */
void install();

/** Sends whole lines to `logger` (level, text) on the JavaScript thread; null or undefined drops them. */
void setLogger(Napi::Env env, const Napi::Value & logger);

/** Collects the error lines that the current thread logs while it exists; they explain why a load failed. */
class ErrorLines {
 public:
  ErrorLines();
  ~ErrorLines();
  /** The lines so far, or `fallback` where there were none. */
  std::string text(const std::string & fallback) const;
  bool mentionsMemory() const;
};

}  // namespace logging
