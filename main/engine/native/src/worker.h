#pragma once

#include <napi.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "failure.h"

/**
 * A thread of its own that runs jobs one after another; results are settled on the JavaScript thread. Cheaper per job than
 * libuv's pool, and one thread always drives the same ggml thread pool. All methods but `cancelled` belong to the
 * JavaScript thread.
 */
class Worker {
 public:
  struct Job {
    virtual ~Job() = default;
    /** On the worker's thread. */
    virtual void run() {}
    /** On the JavaScript thread, afterwards. */
    virtual void settle(Napi::Env) {}
    uint64_t ticket = 0;
  };

  explicit Worker(Napi::Env env, const char * name);
  ~Worker();
  Worker(const Worker &) = delete;
  Worker & operator=(const Worker &) = delete;

  /**
   * Runs `run` on the thread and settles the promise with `convert(env, result)`. `keep` stays alive until then.
   * Exceptions other than `Failure` get the code `fallback`.
   */
  template <class Run, class Convert>
  Napi::Promise post(Napi::Env env, Napi::Object keep, const char * fallback, Run run, Convert convert);

  /** Queues a job without a promise, in order with the others. */
  void push(std::unique_ptr<Job> job);

  /** From the worker's thread: calls `notice` on the JavaScript thread, before anything settled later. */
  void notify(std::function<void(Napi::Env)> notice);

  /** Every job posted so far sees `cancelled()`; later ones do not. */
  void cancel() { cancelledThrough_.store(posted_); }

  /** From a job: whether it should stop. */
  bool cancelled() const { return stopping_.load(std::memory_order_relaxed) || running_.load(std::memory_order_relaxed) <= cancelledThrough_.load(std::memory_order_relaxed); }

  /** Throws ABORTED when the running job was cancelled. */
  void checkCancelled() const {
    if (cancelled()) throw Failure("ABORTED", "the call was aborted");
  }

  /** Ends the thread after the job it runs; jobs still queued are dropped. */
  void stop();

  /**
   * Ends all threads, for a process that exits: `process.exit` skips Node's clean-up hooks and goes straight to the static
   * destructors of the llama.cpp libraries, which would pull the ground from under a thread that still computes.
   */
  static void stopAll();

 private:
  static void onSettled(napi_env env, napi_value, void * worker, void * job);
  static void onEnvironmentExit(void * worker);
  void loop();
  void deliver(std::unique_ptr<Job> job);

  napi_env env_;
  napi_threadsafe_function settled_ = nullptr;
  uint64_t posted_ = 0;
  size_t inFlight_ = 0;
  std::atomic<uint64_t> running_{0};
  std::atomic<uint64_t> cancelledThrough_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::unique_ptr<Job>> queue_;
  std::thread thread_;
};

/** A job whose result settles a promise. */
template <class Run, class Convert>
class PromiseJob : public Worker::Job {
 public:
  using Result = decltype(std::declval<Run>()());

  PromiseJob(Napi::Env env, Napi::Object keep, const char * fallback, Run run, Convert convert)
      : deferred_(Napi::Promise::Deferred::New(env)), keep_(Napi::Persistent(keep)), fallback_(fallback), run_(std::move(run)), convert_(std::move(convert)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void run() override {
    try {
      result_.emplace(run_());
    } catch (const Failure & failure) {
      failure_.emplace(failure);
    } catch (const std::bad_alloc &) {
      failure_.emplace("OUT_OF_MEMORY", "not enough memory");
    } catch (const std::exception & error) {
      failure_.emplace(fallback_, error.what());
    }
  }

  void settle(Napi::Env env) override {
    if (failure_) {
      deferred_.Reject(toError(env, *failure_).Value());
      return;
    }
    try {
      deferred_.Resolve(convert_(env, *result_));
    } catch (const Napi::Error & error) {
      deferred_.Reject(error.Value());
    } catch (const std::bad_alloc &) {
      deferred_.Reject(toError(env, Failure("OUT_OF_MEMORY", "not enough memory")).Value());
    }
  }

 private:
  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference keep_;
  const char * fallback_;
  Run run_;
  Convert convert_;
  std::optional<Result> result_;
  std::optional<Failure> failure_;
};

template <class Run, class Convert>
Napi::Promise Worker::post(Napi::Env env, Napi::Object keep, const char * fallback, Run run, Convert convert) {
  auto job = std::make_unique<PromiseJob<Run, Convert>>(env, keep, fallback, std::move(run), std::move(convert));
  Napi::Promise promise = job->promise();
  push(std::move(job));
  return promise;
}
