#include "model.h"

#include <utility>

#include "addon.h"
#include "arguments.h"

bool Model::usesMrope() const {
  const llama_rope_type type = llama_model_rope_type(model_);
  return type == LLAMA_ROPE_TYPE_MROPE || type == LLAMA_ROPE_TYPE_IMROPE;
}

std::vector<llama_token> Model::tokenize(const std::string & text, bool bos, bool special) const {
  const auto length = static_cast<int32_t>(text.size());
  std::vector<llama_token> result(text.size() + 8);
  const auto fill = [&] {
    return llama_tokenize(vocabulary_, text.data(), length, result.data(), static_cast<int32_t>(result.size()), false, special);
  };
  int32_t count = fill();
  if (count == INT32_MIN) throw Failure("BAD_ARGUMENT", "the text is too long");
  if (count < 0) {
    result.resize(static_cast<size_t>(-count));
    count = fill();
  }
  result.resize(static_cast<size_t>(count));
  // llama.cpp's own add_special would append EOS as well where a model asks for it, which no prompt wants.
  if (bos && llama_vocab_get_add_bos(vocabulary_)) result.insert(result.begin(), llama_vocab_bos(vocabulary_));
  return result;
}

std::string Model::piece(llama_token token) const {
  char buffer[64];
  const int32_t length = llama_token_to_piece(vocabulary_, token, buffer, sizeof(buffer), 0, true);
  if (length >= 0) return std::string(buffer, static_cast<size_t>(length));
  std::string result(static_cast<size_t>(-length), '\0');
  llama_token_to_piece(vocabulary_, token, result.data(), static_cast<int32_t>(result.size()), 0, true);
  return result;
}

std::string Model::metadata(const char * key) const {
  const int32_t length = llama_model_meta_val_str(model_, key, nullptr, 0);
  if (length < 0) return {};
  std::string result(static_cast<size_t>(length) + 1, '\0');
  llama_model_meta_val_str(model_, key, result.data(), result.size());
  result.resize(static_cast<size_t>(length));
  return result;
}

namespace {

Napi::Object describe(Napi::Env env, const Model & model) {
  char description[256];
  llama_model_desc(model.get(), description, sizeof(description));
  const char * chatTemplate = llama_model_chat_template(model.get(), nullptr);
  Napi::Object info = Napi::Object::New(env);
  info.Set("description", description);
  info.Set("architecture", model.metadata("general.architecture"));
  info.Set("name", model.metadata("general.name"));
  info.Set("embeddingWidth", model.inputWidth());
  info.Set("layers", llama_model_n_layer(model.get()));
  info.Set("parameters", static_cast<double>(llama_model_n_params(model.get())));
  info.Set("bytes", static_cast<double>(llama_model_size(model.get())));
  info.Set("trainedContext", llama_model_n_ctx_train(model.get()));
  info.Set("vocabulary", model.tokens());
  info.Set("chatTemplate", chatTemplate == nullptr ? env.Null() : Napi::String::New(env, chatTemplate).As<Napi::Value>());
  info.Set("addsBos", llama_vocab_get_add_bos(model.vocabulary()));
  return info;
}

}  // namespace

Napi::Function JsModel::define(Napi::Env env) {
  return DefineClass(env, "NativeModel",
                     {InstanceMethod<&JsModel::tokenize>("tokenize"), InstanceMethod<&JsModel::piece>("piece"),
                      InstanceMethod<&JsModel::isEndOfGeneration>("isEndOfGeneration"), InstanceMethod<&JsModel::dispose>("dispose")});
}

Napi::Object JsModel::create(Napi::Env env, std::shared_ptr<Model> model) {
  Napi::Object object = Addon::of(env).model.New({});
  object.Set("info", describe(env, *model));
  JsModel::Unwrap(object)->model_ = std::move(model);
  return object;
}

std::shared_ptr<Model> JsModel::from(const Napi::Value & value) {
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(Addon::of(value.Env()).model.Value())) {
    throw Failure("BAD_ARGUMENT", "model must be a model of this addon");
  }
  return JsModel::Unwrap(value.As<Napi::Object>())->model();
}

const std::shared_ptr<Model> & JsModel::model() const {
  if (!model_) throw Failure("DISPOSED", "the model was disposed");
  return model_;
}

Napi::Value JsModel::tokenize(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const std::string text = arguments::text(info[0], "text");
    const Napi::Object options = arguments::object(info[1], "options");
    const auto tokens = model()->tokenize(text, arguments::boolean(options.Get("bos"), "bos"), arguments::boolean(options.Get("special"), "special"));
    return toTokens(info.Env(), tokens);
  });
}

Napi::Value JsModel::piece(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto token = arguments::integer(info[0], "token", 0, model()->tokens() - 1);
    const std::string piece = model()->piece(static_cast<llama_token>(token));
    return toBytes(info.Env(), piece.data(), piece.size());
  });
}

Napi::Value JsModel::isEndOfGeneration(const Napi::CallbackInfo & info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    const auto token = arguments::integer(info[0], "token", 0, model()->tokens() - 1);
    return Napi::Boolean::New(info.Env(), llama_vocab_is_eog(model()->vocabulary(), static_cast<llama_token>(token)));
  });
}

Napi::Value JsModel::dispose(const Napi::CallbackInfo & info) {
  // Unmapping gigabytes takes a moment, so the last reference goes on the loader's thread.
  return releaseOn(*Addon::of(info.Env()).loader, info.Env(), Value(), std::exchange(model_, nullptr), false);
}
