#include "log.h"

#include <llama.h>
#include <mtmd.h>

#include <memory>
#include <mutex>

#include "failure.h"

namespace logging {

namespace {

struct Line {
  ggml_log_level level;
  std::string text;
};

struct Sink {
  std::mutex mutex;
  napi_threadsafe_function function = nullptr;
};

Sink & sink() {
  static auto * sink = new Sink();
  return *sink;
}

// Lines come in pieces (GGML_LOG_LEVEL_CONT), each thread's in order.
thread_local Line pending = {GGML_LOG_LEVEL_NONE, {}};
thread_local std::string * errorLines = nullptr;

const char * levelName(ggml_log_level level) {
  switch (level) {
    case GGML_LOG_LEVEL_ERROR: return "error";
    case GGML_LOG_LEVEL_WARN: return "warn";
    case GGML_LOG_LEVEL_INFO: return "info";
    default: return "debug";
  }
}

void send(Line line) {
  if (line.level == GGML_LOG_LEVEL_ERROR && errorLines != nullptr) {
    if (!errorLines->empty()) *errorLines += "\n";
    *errorLines += line.text;
  }
  std::lock_guard<std::mutex> lock(sink().mutex);
  if (sink().function == nullptr || line.text.empty()) return;
  auto * sent = new Line(std::move(line));
  if (napi_call_threadsafe_function(sink().function, sent, napi_tsfn_nonblocking) != napi_ok) delete sent;
}

void onLog(ggml_log_level level, const char * text, void *) {
  if (level != GGML_LOG_LEVEL_CONT && pending.text.empty()) pending.level = level;
  for (const char * c = text; *c != '\0'; ++c) {
    if (*c != '\n') {
      pending.text += *c;
    } else {
      send({pending.level, std::move(pending.text)});
      pending.text.clear();
      if (level != GGML_LOG_LEVEL_CONT) pending.level = level;
    }
  }
}

void deliver(napi_env env, napi_value function, void *, void * data) {
  std::unique_ptr<Line> line(static_cast<Line *>(data));
  if (env == nullptr) return;
  try {
    Napi::Function(env, function).Call({Napi::String::New(env, levelName(line->level)), Napi::String::New(env, line->text)});
  } catch (const Napi::Error & error) {
    napi_fatal_exception(env, error.Value());
  }
}

void forget(void *) {
  std::lock_guard<std::mutex> lock(sink().mutex);
  sink().function = nullptr;
}

}  // namespace

void install() {
  llama_log_set(onLog, nullptr);
  mtmd_log_set(onLog, nullptr);
}

void setLogger(Napi::Env env, const Napi::Value & logger) {
  if (!logger.IsNull() && !logger.IsUndefined() && !logger.IsFunction()) {
    throw Failure("BAD_ARGUMENT", "log must be a function or null");
  }
  install();
  napi_threadsafe_function next = nullptr;
  if (logger.IsFunction()) {
    const napi_value name = Napi::String::New(env, "llama.cpp log");
    if (napi_create_threadsafe_function(env, logger, nullptr, name, 0, 1, nullptr, nullptr, nullptr, deliver, &next) != napi_ok) {
      throw Napi::Error::New(env);
    }
    napi_unref_threadsafe_function(env, next);
    static const bool hooked = (napi_add_env_cleanup_hook(env, forget, nullptr), true);
    (void)hooked;
  }
  std::lock_guard<std::mutex> lock(sink().mutex);
  std::swap(sink().function, next);
  if (next != nullptr) napi_release_threadsafe_function(next, napi_tsfn_release);
}

ErrorLines::ErrorLines() { errorLines = new std::string(); }

ErrorLines::~ErrorLines() {
  delete errorLines;
  errorLines = nullptr;
}

std::string ErrorLines::text(const std::string & fallback) const { return errorLines->empty() ? fallback : *errorLines; }

bool ErrorLines::mentionsMemory() const {
  for (const char * phrase : {"out of memory", "failed to allocate", "unable to allocate", "OutOfDeviceMemory", "cannot allocate"}) {
    if (errorLines->find(phrase) != std::string::npos) return true;
  }
  return false;
}

}  // namespace logging
