#include "worker.h"

#include <cstdlib>
#include <set>

namespace {

/** Workers whose thread runs. */
struct LiveWorkers {
  std::mutex mutex;
  std::set<Worker *> workers;
};

LiveWorkers & live() {
  static auto * workers = new LiveWorkers();
  return *workers;
}

void registerWorker(Worker * worker) {
  static const bool atExit = (std::atexit(Worker::stopAll), true);
  (void)atExit;
  std::lock_guard<std::mutex> lock(live().mutex);
  live().workers.insert(worker);
}

void forgetWorker(Worker * worker) {
  std::lock_guard<std::mutex> lock(live().mutex);
  live().workers.erase(worker);
}

}  // namespace

void Worker::stopAll() {
  std::set<Worker *> workers;
  {
    std::lock_guard<std::mutex> lock(live().mutex);
    workers = live().workers;
  }
  for (Worker * worker : workers) worker->stop();
}

Worker::Worker(Napi::Env env, const char * name) : env_(env) {
  const napi_value resource = Napi::String::New(env, name);
  const napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, resource, 0, 1, nullptr, nullptr, this, onSettled, &settled_);
  if (status != napi_ok) throw Napi::Error::New(env);
  // Referenced only while jobs are under way: an idle worker must not keep the process running.
  napi_unref_threadsafe_function(env, settled_);
  napi_add_env_cleanup_hook(env, onEnvironmentExit, this);
  registerWorker(this);
  thread_ = std::thread([this] { loop(); });
}

Worker::~Worker() {
  stop();
  if (env_ != nullptr) napi_remove_env_cleanup_hook(env_, onEnvironmentExit, this);
  if (settled_ != nullptr) napi_release_threadsafe_function(settled_, napi_tsfn_abort);
}

void Worker::onEnvironmentExit(void * data) {
  auto * worker = static_cast<Worker *>(data);
  worker->stop();
  worker->env_ = nullptr;
  worker->settled_ = nullptr;
}

void Worker::push(std::unique_ptr<Job> job) {
  if (stopping_) throw Failure("DISPOSED", "the object was disposed");
  job->ticket = ++posted_;
  if (inFlight_++ == 0) napi_ref_threadsafe_function(env_, settled_);
  {
    std::lock_guard<std::mutex> lock(mutex_);
    queue_.push_back(std::move(job));
  }
  wake_.notify_one();
}

void Worker::notify(std::function<void(Napi::Env)> notice) {
  struct Notice : Job {
    std::function<void(Napi::Env)> call;
    void settle(Napi::Env env) override { call(env); }
  };
  auto job = std::make_unique<Notice>();
  job->call = std::move(notice);
  deliver(std::move(job));
}

void Worker::deliver(std::unique_ptr<Job> job) {
  // A full or closing queue only happens when the environment goes down; what the job holds belongs to that environment.
  Job * raw = job.release();
  napi_call_threadsafe_function(settled_, raw, napi_tsfn_nonblocking);
}

void Worker::loop() {
  for (;;) {
    std::unique_ptr<Job> job;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (stopping_) return;
      job = std::move(queue_.front());
      queue_.pop_front();
    }
    running_.store(job->ticket);
    job->run();
    if (stopping_) {
      job.release();
      return;
    }
    deliver(std::move(job));
  }
}

void Worker::onSettled(napi_env env, napi_value, void * data, void * rawJob) {
  std::unique_ptr<Job> job(static_cast<Job *>(rawJob));
  if (env == nullptr) {
    job.release();
    return;
  }
  auto * worker = static_cast<Worker *>(data);
  // Notices carry no ticket and were never counted.
  if (job->ticket != 0 && --worker->inFlight_ == 0) napi_unref_threadsafe_function(env, worker->settled_);
  try {
    job->settle(Napi::Env(env));
  } catch (const Napi::Error & error) {
    // A listener of the program's threw; as anywhere else, that is an uncaught exception.
    napi_fatal_exception(env, error.Value());
  }
}

void Worker::stop() {
  {
    std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
  forgetWorker(this);
  // Only an environment that goes down leaves jobs here; their references die with it.
  for (auto & job : queue_) job.release();
  queue_.clear();
}
