#include "projector.h"

#include <utility>

#include "addon.h"
#include "arguments.h"
#include "results.h"

namespace {

/** Longest side of a picture in pixels: libmtmd's own tools trust that areas of squares fit an int. */
constexpr int64_t MAX_SIDE = 32768;

Picture readPicture(const Napi::CallbackInfo & info) {
  Picture picture;
  picture.width = static_cast<int32_t>(arguments::integer(info[1], "width", 1, MAX_SIDE));
  picture.height = static_cast<int32_t>(arguments::integer(info[2], "height", 1, MAX_SIDE));
  picture.rgb = arguments::bytes(info[0], "rgb", static_cast<int64_t>(picture.width) * picture.height * 3);
  return picture;
}

Napi::Object describe(Napi::Env env, const libmtmd::ProjectorFacts & facts) {
  Napi::Object info = Napi::Object::New(env);
  info.Set("type", facts.type);
  info.Set("imageSize", facts.imageSize);
  info.Set("patchSize", facts.patchSize);
  info.Set("embeddingWidth", facts.width);
  info.Set("fixedSquare", facts.fixedSquare);
  const int32_t side = facts.imageSize / facts.patchSize;
  info.Set("tokensPerImage", facts.fixedSquare ? Napi::Number::New(env, side * side).As<Napi::Value>() : env.Null());
  return info;
}

Napi::Value toObject(Napi::Env env, Embeddings & embeddings) {
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
                     {InstanceMethod<&JsProjector::square>("square"), InstanceMethod<&JsProjector::encode>("encode"),
                      InstanceMethod<&JsProjector::abort>("abort"), InstanceMethod<&JsProjector::dispose>("dispose")});
}

Napi::Object JsProjector::create(Napi::Env env, std::shared_ptr<Encoder> encoder) {
  Napi::Object object = Addon::of(env).projector.New({});
  object.Set("info", describe(env, encoder->facts()));
  JsProjector * projector = JsProjector::Unwrap(object);
  projector->worker_ = std::make_unique<Worker>(env, "llava-desk projector");
  projector->encoder_ = std::move(encoder);
  return object;
}

const std::shared_ptr<Encoder> & JsProjector::encoder() const {
  if (!encoder_) throw Failure("DISPOSED", "the projector was disposed");
  return encoder_;
}

Napi::Value JsProjector::square(const Napi::CallbackInfo & info) {
  return rejecting(info.Env(), [&]() -> Napi::Value {
    if (!encoder()->facts().fixedSquare) throw Failure("BAD_ARGUMENT", "this projector has no fixed square");
    return worker_->post(
        info.Env(), Value(), "ENCODE_FAILED",
        [encoder = encoder(), &worker = *worker_, picture = readPicture(info)]() mutable {
          worker.checkCancelled();
          return encoder->square(picture);
        },
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
        [encoder = encoder(), &worker = *worker_, picture = readPicture(info)]() mutable { return encoder->encode(std::move(picture), worker); },
        toObject);
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
