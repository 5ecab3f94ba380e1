#include "context.h"

#include <algorithm>
#include <utility>

#include "addon.h"
#include "arguments.h"
#include "results.h"

namespace {

/** Far beyond every context, and far enough from where positions overflow. */
constexpr int64_t MAX_POSITION = 1 << 30;

/** More than any model is made for; the bookkeeping alone of a much larger cache would exhaust the memory unnoticed. */
constexpr int64_t MAX_CONTEXT = 1 << 24;

/** Far beyond every scale that makes sense. */
constexpr double MAX_SCALE = 1e6;

/** An operation on the KV cache that runs in order with the steps and has no result. */
struct CacheJob : Worker::Job {
  Napi::ObjectReference keep;
  std::function<void()> operation;
  void run() override { operation(); }
};

Napi::Value toObject(Napi::Env env, const Sampled & sampled) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("token", sampled.token);
  object.Set("logProbability", sampled.logProbability);
  object.Set("piece", toBytes(env, sampled.piece.data(), sampled.piece.size()));
  object.Set("endOfGeneration", sampled.endOfGeneration);
  object.Set("endsGrammar", sampled.endsGrammar);
  return object;
}

Napi::Array toArray(Napi::Env env, const Answer & answer) {
  Napi::Array array = Napi::Array::New(env, answer.size());
  for (uint32_t i = 0; i < answer.size(); ++i) array.Set(i, toObject(env, answer[i]));
  return array;
}

ggml_type readKvType(const Napi::Value & value) {
  const std::string name = arguments::text(value, "kvType");
  if (name == "f16") return GGML_TYPE_F16;
  if (name == "q8_0") return GGML_TYPE_Q8_0;
  if (name == "f32") return GGML_TYPE_F32;
  throw Failure("BAD_ARGUMENT", "kvType must be f16, q8_0 or f32");
}

/** The embeddings of a JavaScript object, copied and checked against the model. */
Embeddings readEmbeddings(const Napi::Object & object, const Model & model) {
  Embeddings read;
  read.tokens = static_cast<size_t>(arguments::integer(object.Get("tokens"), "tokens", 1, INT32_MAX));
  read.width = static_cast<size_t>(arguments::integer(object.Get("width"), "width", model.inputWidth(), model.inputWidth()));
  read.nonCausal = arguments::boolean(object.Get("nonCausal"), "nonCausal");
  const Napi::Value data = object.Get("data");
  if (!data.IsTypedArray() || data.As<Napi::TypedArray>().TypedArrayType() != napi_float32_array ||
      data.As<Napi::TypedArray>().ElementLength() != read.tokens * read.width) {
    throw Failure("BAD_ARGUMENT", "data must be a Float32Array of tokens * width values");
  }
  const auto floats = data.As<Napi::Float32Array>();
  read.data.assign(floats.Data(), floats.Data() + floats.ElementLength());
  const Napi::Value mrope = object.Get("mrope");
  if (mrope.IsNull() || mrope.IsUndefined()) return read;
  read.mrope = arguments::tokens(mrope, "mrope", INT32_MAX);
  if (read.mrope.size() != 4 * read.tokens) throw Failure("BAD_ARGUMENT", "mrope must hold 4 * tokens positions");
  return read;
}

std::vector<ScaledAdapter> readAdapters(const Napi::Value & value) {
  if (!value.IsArray()) throw Failure("BAD_ARGUMENT", "adapters must be an array");
  const auto array = value.As<Napi::Array>();
  std::vector<ScaledAdapter> adapters;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object object = arguments::object(array.Get(i), "adapter");
    const double scale = arguments::number(object.Get("scale"), "scale", -MAX_SCALE, MAX_SCALE);
    adapters.push_back({JsAdapter::from(object.Get("adapter")), static_cast<float>(scale)});
  }
  return adapters;
}

Napi::Value toUndefined(Napi::Env env, bool) { return env.Undefined(); }

}  // namespace

ContextOptions readContextOptions(const Napi::Object & options) {
  const auto count = [&](const char * name, int64_t high) { return static_cast<uint32_t>(arguments::integer(options.Get(name), name, 1, high)); };
  ContextOptions read{};
  read.contextSize = count("contextSize", MAX_CONTEXT);
  read.batchSize = count("batchSize", INT32_MAX);
  read.microBatchSize = count("microBatchSize", INT32_MAX);
  read.sequences = count("sequences", static_cast<int64_t>(llama_max_parallel_sequences()));
  read.threads = static_cast<int32_t>(count("threads", GGML_MAX_N_THREADS));
  read.flashAttention = arguments::boolean(options.Get("flashAttention"), "flashAttention");
  read.kvType = readKvType(options.Get("kvType"));
  return read;
}

Napi::Function JsContext::define(Napi::Env env) {
  return DefineClass(env, "NativeContext",
                     {InstanceMethod<&JsContext::step>("step"), InstanceMethod<&JsContext::prefillEmbeddings>("prefillEmbeddings"),
                      InstanceMethod<&JsContext::copySequence>("copySequence"), InstanceMethod<&JsContext::removeRange>("removeRange"),
                      InstanceMethod<&JsContext::saveSequence>("saveSequence"), InstanceMethod<&JsContext::restoreSequence>("restoreSequence"),
                      InstanceMethod<&JsContext::setAdapters>("setAdapters"), InstanceMethod<&JsContext::setThreads>("setThreads"), InstanceMethod<&JsContext::abort>("abort"), InstanceMethod<&JsContext::memory>("memory"),
                      InstanceMethod<&JsContext::dispose>("dispose")});
}

Napi::Value JsContext::create(const Napi::CallbackInfo & info) {
  const Napi::Env env = info.Env();
  return rejecting(env, [&]() -> Napi::Value {
    const auto model = JsModel::from(info[0]);
    const auto options = readContextOptions(arguments::object(info[1], "options"));
    Napi::Object object = Addon::of(env).context.New({});
    JsContext * context = JsContext::Unwrap(object);
    context->model_ = model;
    context->sequences_ = options.sequences;
    context->threads_ = options.threads;
    context->worker_ = std::make_unique<Worker>(env, "llava-desk context");
    Worker & worker = *context->worker_;
    return worker.post(
        env, object, "DECODE_FAILED", [model, options, &worker] { return std::make_shared<Decoder>(model, options, worker); },
        [context](Napi::Env settledEnv, std::shared_ptr<Decoder> & decoder) -> Napi::Value {
          context->decoder_ = std::move(decoder);
          Napi::Object created = context->Value();
          created.Set("contextSize", context->decoder_->contextSize());
          created.Set("sequences", context->sequences_);
          created.Set("mostDrafted", context->decoder_->mostDrafted());
          (void)settledEnv;
          return created;
        });
  });
}

const std::shared_ptr<Decoder> & JsContext::decoder() const {
  if (!decoder_) throw Failure("DISPOSED", "the context was disposed");
  return decoder_;
}

llama_seq_id JsContext::sequence(const Napi::Value & value, const char * name) const {
  return static_cast<llama_seq_id>(arguments::integer(value, name, 0, sequences_ - 1));
}

std::vector<StepEntry> JsContext::entries(const Napi::Value & value) const {
  if (!value.IsArray() || value.As<Napi::Array>().Length() == 0) throw Failure("BAD_ARGUMENT", "entries must be an array of at least one entry");
  const auto array = value.As<Napi::Array>();
  std::vector<StepEntry> entries(array.Length());
  int64_t left = decoder()->mostDrafted();
  for (uint32_t i = 0; i < array.Length(); ++i) {
    const Napi::Object object = arguments::object(array.Get(i), "entry");
    StepEntry & entry = entries[i];
    entry.sequence = sequence(object.Get("sequence"), "sequence");
    entry.position = static_cast<llama_pos>(arguments::integer(object.Get("position"), "position", 0, MAX_POSITION));
    entry.tokens = arguments::tokens(object.Get("tokens"), "tokens", model_->tokens());
    if (entry.tokens.empty()) throw Failure("BAD_ARGUMENT", "an entry needs at least one token");
    const Napi::Value sampler = object.Get("sampler");
    if (!sampler.IsUndefined()) entry.sampler = JsSampler::from(sampler);
    const Napi::Value drafted = object.Get("drafted");
    const auto last = entry.sampler ? static_cast<int64_t>(entry.tokens.size()) - 1 : 0;
    if (!drafted.IsUndefined()) entry.drafted = static_cast<size_t>(arguments::integer(drafted, "drafted", 0, std::min<int64_t>(last, left)));
    left -= static_cast<int64_t>(entry.drafted);
    for (uint32_t earlier = 0; earlier < i; ++earlier) {
      if (entries[earlier].sequence == entry.sequence) throw Failure("BAD_ARGUMENT", "a sequence may occur once in a step").ofEntry(i);
      const bool sameSampler = entry.sampler && entries[earlier].sampler == entry.sampler;
      if (sameSampler) throw Failure("BAD_ARGUMENT", "a sampler may occur once in a step").ofEntry(i);
    }
  }
  return entries;
}

Napi::Value JsContext::step(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    return worker_->post(
        info.Env(), Value(), "DECODE_FAILED", [decoder = decoder(), entries = entries(info[0])] { return decoder->step(entries); },
        [](Napi::Env env, const std::vector<Answer> & answers) -> Napi::Value {
          Napi::Array array = Napi::Array::New(env, answers.size());
          for (uint32_t i = 0; i < answers.size(); ++i) array.Set(i, toArray(env, answers[i]));
          return array;
        });
  });
}

Napi::Value JsContext::prefillEmbeddings(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    decoder();
    const llama_seq_id target = sequence(info[0], "sequence");
    const auto position = static_cast<llama_pos>(arguments::integer(info[1], "position", 0, MAX_POSITION));
    auto embeddings = readEmbeddings(arguments::object(info[2], "embeddings"), *model_);
    return worker_->post(
        info.Env(), Value(), "DECODE_FAILED",
        [decoder = decoder(), target, position, embeddings = std::move(embeddings)] {
          decoder->prefill(target, position, embeddings);
          return true;
        },
        toUndefined);
  });
}

template <class Operation>
void JsContext::queue(Operation operation) {
  auto job = std::make_unique<CacheJob>();
  job->keep = Napi::Persistent(Value());
  job->operation = [decoder = decoder(), operation] { operation(*decoder); };
  worker_->push(std::move(job));
}

Napi::Value JsContext::copySequence(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const llama_seq_id source = sequence(info[0], "source");
    const llama_seq_id target = sequence(info[1], "target");
    const auto from = static_cast<llama_pos>(arguments::integer(info[2], "from", 0, INT32_MAX));
    const auto to = static_cast<llama_pos>(arguments::integer(info[3], "to", -1, INT32_MAX));
    queue([=](Decoder & decoder) { decoder.copy(source, target, from, to); });
    return info.Env().Undefined();
  });
}

Napi::Value JsContext::removeRange(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const llama_seq_id target = sequence(info[0], "sequence");
    const auto from = static_cast<llama_pos>(arguments::integer(info[1], "from", 0, INT32_MAX));
    const auto to = static_cast<llama_pos>(arguments::integer(info[2], "to", -1, INT32_MAX));
    queue([=](Decoder & decoder) { decoder.remove(target, from, to); });
    return info.Env().Undefined();
  });
}

Napi::Value JsContext::saveSequence(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    return worker_->post(
        info.Env(), Value(), "DECODE_FAILED",
        [decoder = decoder(), source = sequence(info[0], "sequence"), path = arguments::text(info[1], "path")] { return decoder->save(source, path); },
        [](Napi::Env env, size_t bytes) -> Napi::Value { return Napi::Number::New(env, static_cast<double>(bytes)); });
  });
}

Napi::Value JsContext::restoreSequence(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    decoder();
    const llama_seq_id target = sequence(info[0], "sequence");
    return worker_->post(
        info.Env(), Value(), "BAD_ARGUMENT",
        [decoder = decoder(), target, path = arguments::text(info[1], "path")] {
          decoder->restore(target, path);
          return true;
        },
        toUndefined);
  });
}

Napi::Value JsContext::setAdapters(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    return worker_->post(
        info.Env(), Value(), "DECODE_FAILED",
        [decoder = decoder(), adapters = readAdapters(info[0])] {
          decoder->setAdapters(adapters);
          return true;
        },
        toUndefined);
  });
}

Napi::Value JsContext::setThreads(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto answering = static_cast<int32_t>(arguments::integer(info[0], "answering", 1, threads_));
    const auto prompt = static_cast<int32_t>(arguments::integer(info[1], "prompt", 1, threads_));
    queue([=](Decoder & decoder) { decoder.setThreads(answering, prompt); });
    return info.Env().Undefined();
  });
}

Napi::Value JsContext::abort(const Napi::CallbackInfo & info) {
  worker_->cancel();
  return info.Env().Undefined();
}

Napi::Value JsContext::memory(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    return worker_->post(
        info.Env(), Value(), "DECODE_FAILED", [decoder = decoder()] { return decoder->memory(); },
        [](Napi::Env env, const MemoryFigures & figures) -> Napi::Value {
          Napi::Object object = Napi::Object::New(env);
          object.Set("modelBytes", static_cast<double>(figures.model));
          object.Set("kvBytes", static_cast<double>(figures.kv));
          object.Set("computeBytes", static_cast<double>(figures.compute));
          return object;
        });
  });
}

Napi::Value JsContext::dispose(const Napi::CallbackInfo & info) {
  if (!decoder_) return resolved(info.Env());
  // What runs or waits is aborted; then the context is freed on the thread that used it.
  worker_->cancel();
  model_.reset();
  return releaseOn(*worker_, info.Env(), Value(), std::exchange(decoder_, nullptr), true);
}
