#pragma once

#include <llama.h>
#include <napi.h>

#include <memory>
#include <shared_mutex>
#include <string>
#include <vector>

#include "results.h"

/** A language model in memory, shared by the objects made from it and freed with the last of them. */
class Model {
 public:
  explicit Model(llama_model * model) : model_(model), vocabulary_(llama_model_get_vocab(model)) {}
  ~Model() { llama_model_free(model_); }
  Model(const Model &) = delete;
  Model & operator=(const Model &) = delete;

  llama_model * get() const { return model_; }
  const llama_vocab * vocabulary() const { return vocabulary_; }
  int32_t tokens() const { return llama_vocab_n_tokens(vocabulary_); }
  int32_t inputWidth() const { return llama_model_n_embd_inp(model_); }
  bool usesMrope() const;
  /**
   * Guards llama.cpp's list of the model's adapters: held by one who loads or frees an adapter, shared by those who compute,
   * since every new graph is sized by that list.
   */
  std::shared_mutex & adapters() { return adapters_; }

  std::vector<llama_token> tokenize(const std::string & text, bool bos, bool special) const;
  /** The token's bytes, control tokens rendered. */
  std::string piece(llama_token token) const;
  std::string metadata(const char * key) const;

 private:
  llama_model * model_;
  const llama_vocab * vocabulary_;
  std::shared_mutex adapters_;
};

/** `NativeModel` of binding.d.ts. */
class JsModel : public Napi::ObjectWrap<JsModel> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Object create(Napi::Env env, std::shared_ptr<Model> model);
  /** The model behind a JavaScript value; throws BAD_ARGUMENT or DISPOSED. */
  static std::shared_ptr<Model> from(const Napi::Value & value);

  explicit JsModel(const Napi::CallbackInfo & info) : ObjectWrap(info) {}

 private:
  const std::shared_ptr<Model> & model() const;
  Napi::Value tokenize(const Napi::CallbackInfo & info);
  Napi::Value piece(const Napi::CallbackInfo & info);
  Napi::Value isEndOfGeneration(const Napi::CallbackInfo & info);
  Napi::Value dispose(const Napi::CallbackInfo & info);

  std::shared_ptr<Model> model_;
};

