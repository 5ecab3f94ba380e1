#pragma once

#include <llama.h>
#include <napi.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "model.h"

struct SamplerOptions {
  double temperature;
  int32_t topK;
  double topP;
  double minP;
  double repeatPenalty;
  int32_t repeatLastN;
  double frequencyPenalty;
  double presencePenalty;
  uint32_t seed;
  std::string grammar;
};

/** One reply's sampling state: penalties' history, grammar position, random numbers. Safe to use from two threads. */
class Sampler {
  struct Free {
    void operator()(llama_sampler * sampler) const { llama_sampler_free(sampler); }
  };
  using Handle = std::unique_ptr<llama_sampler, Free>;

 public:
  /** All that changes with the tokens of a reply. */
  struct State {
    Handle grammar;
    /** Truncation, temperature and the random choice; null when greedy. */
    Handle chain;
    /** The last `repeatLastN` tokens, and how often each occurs among them. */
    std::deque<llama_token> history;
    std::unordered_map<llama_token, int32_t> counts;
  };

  /** Throws GRAMMAR_INVALID where the grammar does not parse. */
  Sampler(std::shared_ptr<Model> model, const SamplerOptions & options);

  /**
   * Chooses the next token from raw `logits` (one per vocabulary entry); `accept` tells of it. Throws GRAMMAR_INVALID where
   * the grammar allows no token.
   */
  llama_token choose(const float * logits);

  /** Tells penalties and grammar of the next token; throws GRAMMAR_INVALID where the grammar forbids it. */
  void accept(llama_token token);

  /** Whether the grammar, told of all tokens, allows nothing but the end of generation now. */
  bool onlyEndIsLeft();

  void reset();

  /** A copy of where it stands, for `restore`. */
  State state();
  void restore(State state);

 private:
  bool allows(llama_token token) const;
  bool goesOn(size_t tokens);
  const float * penalized(const float * logits);
  llama_token sampleGreedy(const float * logits);
  llama_token sampleRandom(const float * logits);
  llama_token_data_array fill(const float * logits);
  llama_token_data_array mask(llama_token_data_array candidates);
  llama_token pick(llama_token_data_array candidates);
  void remember(llama_token token);

  std::shared_ptr<Model> model_;
  SamplerOptions options_;
  size_t vocabulary_;
  bool penalizes_;
  std::mutex mutex_;
  State state_;
  std::vector<llama_token_data> candidates_;
  std::vector<float> adjusted_;
};

/** `NativeSampler` of binding.d.ts. */
class JsSampler : public Napi::ObjectWrap<JsSampler> {
 public:
  static Napi::Function define(Napi::Env env);
  static Napi::Value create(const Napi::CallbackInfo & info);
  static std::shared_ptr<Sampler> from(const Napi::Value & value);

  explicit JsSampler(const Napi::CallbackInfo & info) : ObjectWrap(info) {}

 private:
  const std::shared_ptr<Sampler> & sampler() const;
  Napi::Value accept(const Napi::CallbackInfo & info);
  Napi::Value reset(const Napi::CallbackInfo & info);
  Napi::Value dispose(const Napi::CallbackInfo & info);

  std::shared_ptr<Sampler> sampler_;
  int32_t vocabulary_ = 0;
};
