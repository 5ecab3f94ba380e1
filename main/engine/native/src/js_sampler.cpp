#include "addon.h"
#include "arguments.h"
#include "sampler.h"

namespace {

SamplerOptions readOptions(const Napi::Object & options) {
  using arguments::integer;
  using arguments::number;
  SamplerOptions read{};
  read.temperature = number(options.Get("temperature"), "temperature", 0, 100);
  read.topK = static_cast<int32_t>(integer(options.Get("topK"), "topK", 0, INT32_MAX));
  read.topP = number(options.Get("topP"), "topP", 0, 1);
  read.minP = number(options.Get("minP"), "minP", 0, 1);
  read.repeatPenalty = number(options.Get("repeatPenalty"), "repeatPenalty", 1e-3, 1e3);
  read.repeatLastN = static_cast<int32_t>(integer(options.Get("repeatLastN"), "repeatLastN", 0, INT32_MAX));
  read.frequencyPenalty = number(options.Get("frequencyPenalty"), "frequencyPenalty", -1e3, 1e3);
  read.presencePenalty = number(options.Get("presencePenalty"), "presencePenalty", -1e3, 1e3);
  read.seed = static_cast<uint32_t>(integer(options.Get("seed"), "seed", 0, UINT32_MAX));
  const Napi::Value grammar = options.Get("grammar");
  if (!grammar.IsUndefined()) read.grammar = arguments::text(grammar, "grammar");
  return read;
}

}  // namespace

Napi::Function JsSampler::define(Napi::Env env) {
  return DefineClass(env, "NativeSampler",
                     {InstanceMethod<&JsSampler::accept>("accept"), InstanceMethod<&JsSampler::reset>("reset"), InstanceMethod<&JsSampler::dispose>("dispose")});
}

Napi::Value JsSampler::create(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto model = JsModel::from(info[0]);
    const auto options = readOptions(arguments::object(info[1], "options"));
    auto sampler = std::make_shared<Sampler>(model, options);
    Napi::Object object = Addon::of(info.Env()).sampler.New({});
    JsSampler * wrapper = JsSampler::Unwrap(object);
    wrapper->sampler_ = std::move(sampler);
    wrapper->vocabulary_ = model->tokens();
    return object;
  });
}

std::shared_ptr<Sampler> JsSampler::from(const Napi::Value & value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(Addon::of(value.Env()).sampler.Value())) {
    throw Failure("BAD_ARGUMENT", "sampler must be a sampler of this addon");
  }
  return JsSampler::Unwrap(value.As<Napi::Object>())->sampler();
}

const std::shared_ptr<Sampler> & JsSampler::sampler() const {
  if (!sampler_) throw Failure("DISPOSED", "the sampler was disposed");
  return sampler_;
}

Napi::Value JsSampler::accept(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    sampler()->accept(static_cast<llama_token>(arguments::integer(info[0], "token", 0, vocabulary_ - 1)));
    return info.Env().Undefined();
  });
}

Napi::Value JsSampler::reset(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    sampler()->reset();
    return info.Env().Undefined();
  });
}

Napi::Value JsSampler::dispose(const Napi::CallbackInfo & info) {
  sampler_.reset();
  return info.Env().Undefined();
}
