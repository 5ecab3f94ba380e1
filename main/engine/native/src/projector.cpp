#include "projector.h"

#include <utility>

#include "addon.h"
#include "arguments.h"
#include "results.h"

namespace {

/** Longest side of a picture in pixels: libmtmd's own tools trust that areas of squares fit an int. */
constexpr int64_t MAX_SIDE = 32768;

Size readSize(const Napi::Value & width, const Napi::Value & height) {
  return {static_cast<int32_t>(arguments::integer(width, "width", 1, MAX_SIDE)), static_cast<int32_t>(arguments::integer(height, "height", 1, MAX_SIDE))};
}

Picture readPicture(const Napi::CallbackInfo & info) {
  const Size size = readSize(info[1], info[2]);
  return {arguments::bytes(info[0], "rgb", static_cast<int64_t>(size.width) * size.height * 3), size.width, size.height};
}

/** The listener of an encoding, called on the JavaScript thread; one that does nothing where there is none. */
std::function<void(double)> readProgress(const Napi::Value & value, Worker & worker) {
  if (value.IsUndefined()) return [](double) {};
  const auto listener = std::make_shared<Napi::FunctionReference>(Napi::Persistent(arguments::function(value, "progress")));
  return [listener, &worker](double fraction) {
    worker.notify([listener, fraction](Napi::Env env) { listener->Call({Napi::Number::New(env, fraction)}); });
  };
}

const char * nameOf(Preparation preparation) {
  switch (preparation) {
    case Preparation::pad: return "pad";
    case Preparation::crop: return "crop";
    case Preparation::tiles: return "tiles";
    default: return "libmtmd";
  }
}

Napi::Object describe(Napi::Env env, const Encoder & encoder) {
  const libmtmd::ProjectorFacts & facts = encoder.facts();
  const bool isOneSquare = encoder.preparation() == Preparation::pad || encoder.preparation() == Preparation::crop;
  Napi::Object info = Napi::Object::New(env);
  info.Set("type", facts.type);
  info.Set("imageSize", facts.imageSize);
  info.Set("patchSize", facts.patchSize);
  info.Set("embeddingWidth", facts.width);
  info.Set("preparation", nameOf(encoder.preparation()));
  info.Set("rowEnds", !facts.rowEnd.empty());
  const int32_t side = facts.imageSize / facts.patchSize;
  info.Set("tokensPerImage", isOneSquare ? Napi::Number::New(env, side * side).As<Napi::Value>() : env.Null());
  return info;
}

Napi::Value toObject(Napi::Env env, const PictureLayout & layout) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("tokens", static_cast<double>(layout.tokens));
  object.Set("positions", layout.positions);
  object.Set("before", toTokens(env, layout.before));
  object.Set("after", toTokens(env, layout.after));
  return object;
}

Napi::Value toResult(Napi::Env env, Embeddings & embeddings) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("data", toFloats(env, std::move(embeddings.data)));
  object.Set("tokens", static_cast<double>(embeddings.tokens));
  object.Set("width", static_cast<double>(embeddings.width));
  object.Set("positions", embeddings.positions);
  object.Set("mrope", embeddings.mrope.empty() ? env.Null() : toTokens(env, embeddings.mrope));
  object.Set("nonCausal", embeddings.nonCausal);
  object.Set("before", toTokens(env, embeddings.before));
  object.Set("after", toTokens(env, embeddings.after));
  return object;
}

}  // namespace

Napi::Function JsProjector::define(Napi::Env env) {
  return DefineClass(env, "NativeProjector",
                     {InstanceMethod<&JsProjector::layout>("layout"), InstanceMethod<&JsProjector::square>("square"), InstanceMethod<&JsProjector::encode>("encode"),
                      InstanceMethod<&JsProjector::abort>("abort"), InstanceMethod<&JsProjector::dispose>("dispose")});
}

Napi::Object JsProjector::create(Napi::Env env, std::shared_ptr<Encoder> encoder) {
  Napi::Object object = Addon::of(env).projector.New({});
  object.Set("info", describe(env, *encoder));
  JsProjector * projector = JsProjector::Unwrap(object);
  projector->worker_ = std::make_unique<Worker>(env, "llava-desk projector");
  projector->encoder_ = std::move(encoder);
  return object;
}

const std::shared_ptr<Encoder> & JsProjector::encoder() const {
  if (!encoder_) throw Failure("DISPOSED", "the projector was disposed");
  return encoder_;
}

Napi::Value JsProjector::layout(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value { return toObject(info.Env(), encoder()->layout(readSize(info[0], info[1]))); });
}

Napi::Value JsProjector::square(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    if (encoder()->preparation() == Preparation::libmtmd) throw Failure("BAD_ARGUMENT", "this projector sees no square");
    return worker_->post(
        info.Env(), Value(), "ENCODE_FAILED",
        // Not told of aborts: it takes no time, and whoever leaves the picture before it in the line does not mean this one.
        [encoder = encoder(), picture = readPicture(info)] { return encoder->square(picture); },
        [](Napi::Env env, Picture & square) -> Napi::Value {
          Napi::Object object = Napi::Object::New(env);
          object.Set("size", square.width);
          object.Set("rgb", toBytes(env, std::move(square.rgb)));
          return object;
        });
  });
}

Napi::Value JsProjector::encode(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    return worker_->post(
        info.Env(), Value(), "ENCODE_FAILED",
        [encoder = encoder(), &worker = *worker_, picture = readPicture(info), progress = readProgress(info[3], *worker_)]() mutable {
          return encoder->encode(std::move(picture), worker, progress);
        },
        toResult);
  });
}

Napi::Value JsProjector::abort(const Napi::CallbackInfo & info) {
  worker_->cancel();
  return info.Env().Undefined();
}

Napi::Value JsProjector::dispose(const Napi::CallbackInfo & info) {
  if (!encoder_) return resolved(info.Env());
  worker_->cancel();
  return releaseOn(*worker_, info.Env(), Value(), std::exchange(encoder_, nullptr), true);
}
