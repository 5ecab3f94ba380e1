#include "sampler.h"

#include <algorithm>
#include <cmath>

#include "failure.h"
#include "softmax.h"

namespace {

/** How many of the likeliest tokens are tried against a grammar before the whole vocabulary is. */
constexpr size_t SHORT_LIST = 256;

/** Vocabularies begin with their single bytes or characters, one of which a grammar allows that goes on; all are tried only where none is. */
constexpr size_t FIRST_IDS = 512;

bool byLogit(const llama_token_data & a, const llama_token_data & b) { return a.logit > b.logit; }

const llama_token_data & likeliest(const llama_token_data_array & candidates) {
  return *std::min_element(candidates.data, candidates.data + candidates.size, byLogit);
}

llama_sampler * newChain(const SamplerOptions & options) {
  llama_sampler * chain = llama_sampler_chain_init(llama_sampler_chain_default_params());
  if (options.topK > 0) llama_sampler_chain_add(chain, llama_sampler_init_top_k(options.topK));
  if (options.topP < 1) llama_sampler_chain_add(chain, llama_sampler_init_top_p(static_cast<float>(options.topP), 1));
  if (options.minP > 0) llama_sampler_chain_add(chain, llama_sampler_init_min_p(static_cast<float>(options.minP), 1));
  llama_sampler_chain_add(chain, llama_sampler_init_temp(static_cast<float>(options.temperature)));
  llama_sampler_chain_add(chain, llama_sampler_init_dist(options.seed));
  return chain;
}

}  // namespace

Sampler::Sampler(std::shared_ptr<Model> model, const SamplerOptions & options)
    : model_(std::move(model)), options_(options), vocabulary_(static_cast<size_t>(model_->tokens())) {
  penalizes_ = options.repeatLastN > 0 && (options.repeatPenalty != 1 || options.frequencyPenalty != 0 || options.presencePenalty != 0);
  if (options.temperature > 0) state_.chain.reset(newChain(options));
  if (!options.grammar.empty()) {
    state_.grammar.reset(llama_sampler_init_grammar(model_->vocabulary(), options.grammar.c_str(), "root"));
    if (!state_.grammar) throw Failure("GRAMMAR_INVALID", "the grammar does not parse");
  }
}

llama_token Sampler::choose(const float * logits) {
  std::lock_guard<std::mutex> lock(mutex_);
  const float * values = penalized(logits);
  return state_.chain ? sampleRandom(values) : sampleGreedy(values);
}

void Sampler::accept(llama_token token) {
  std::lock_guard<std::mutex> lock(mutex_);
  // ggml aborts the process on a token the grammar cannot take, so it is asked first.
  if (!allows(token)) throw Failure("GRAMMAR_INVALID", "the grammar does not allow the token " + std::to_string(token) + " here");
  if (state_.grammar) llama_sampler_accept(state_.grammar.get(), token);
  if (penalizes_) remember(token);
}

bool Sampler::onlyEndIsLeft() {
  std::lock_guard<std::mutex> lock(mutex_);
  const llama_token end = llama_vocab_eos(model_->vocabulary());
  if (!state_.grammar || end == LLAMA_TOKEN_NULL || !allows(end)) return false;
  return !goesOn(std::min(vocabulary_, FIRST_IDS)) && !goesOn(vocabulary_);
}

void Sampler::reset() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (state_.grammar) llama_sampler_reset(state_.grammar.get());
  if (state_.chain) llama_sampler_reset(state_.chain.get());
  state_.history.clear();
  state_.counts.clear();
}

Sampler::State Sampler::state() {
  std::lock_guard<std::mutex> lock(mutex_);
  const auto copy = [](const Handle & handle) { return Handle(handle ? llama_sampler_clone(handle.get()) : nullptr); };
  return {copy(state_.grammar), copy(state_.chain), state_.history, state_.counts};
}

void Sampler::restore(State state) {
  std::lock_guard<std::mutex> lock(mutex_);
  state_ = std::move(state);
}

bool Sampler::allows(llama_token token) const {
  if (!state_.grammar) return true;
  llama_token_data single = {token, 1.0f, 0.0f};
  llama_token_data_array array = {&single, 1, -1, false};
  llama_sampler_apply(state_.grammar.get(), &array);
  return single.logit > -INFINITY;
}

/** Whether the grammar allows a token with one of the first `tokens` ids that is no end. */
bool Sampler::goesOn(size_t tokens) {
  candidates_.resize(tokens);
  for (size_t i = 0; i < tokens; ++i) candidates_[i] = {static_cast<llama_token>(i), 0.0f, 0.0f};
  llama_token_data_array array = {candidates_.data(), tokens, -1, false};
  llama_sampler_apply(state_.grammar.get(), &array);
  return std::any_of(array.data, array.data + array.size, [this](const llama_token_data & candidate) {
    return candidate.logit > -INFINITY && !llama_vocab_is_eog(model_->vocabulary(), candidate.id);
  });
}

/** llama.cpp's penalties, applied to the tokens that occurred instead of looking every vocabulary entry up. */
const float * Sampler::penalized(const float * logits) {
  if (!penalizes_ || state_.counts.empty()) return logits;
  adjusted_.assign(logits, logits + vocabulary_);
  for (const auto & [token, count] : state_.counts) {
    float & logit = adjusted_[static_cast<size_t>(token)];
    const auto repeat = static_cast<float>(options_.repeatPenalty);
    logit = logit <= 0 ? logit * repeat : logit / repeat;
    logit -= static_cast<float>(count) * static_cast<float>(options_.frequencyPenalty) + static_cast<float>(options_.presencePenalty);
  }
  return adjusted_.data();
}

llama_token Sampler::sampleGreedy(const float * logits) {
  const auto best = static_cast<llama_token>(indexOfLargest(logits, vocabulary_));
  if (allows(best)) return best;
  // The likeliest allowed token is nearly always among the likeliest few; matching all tokens takes milliseconds.
  llama_token_data_array some = fill(logits);
  some.size = std::min(some.size, SHORT_LIST);
  std::partial_sort(some.data, some.data + some.size, some.data + vocabulary_, byLogit);
  llama_sampler_apply(state_.grammar.get(), &some);
  const llama_token_data & first = likeliest(some);
  return first.logit > -INFINITY ? first.id : likeliest(mask(fill(logits))).id;
}

/**
 * Grammar first, then truncation, is the meaning; most of the time the token chosen without the grammar fits it, and then
 * the result has the same distribution: the chance of a token is p + rejected * p / allowed = p / allowed.
 */
llama_token Sampler::sampleRandom(const float * logits) {
  const llama_token token = pick(fill(logits));
  return allows(token) ? token : pick(mask(fill(logits)));
}

llama_token_data_array Sampler::fill(const float * logits) {
  candidates_.resize(vocabulary_);
  for (size_t i = 0; i < vocabulary_; ++i) candidates_[i] = {static_cast<llama_token>(i), logits[i], 0.0f};
  return {candidates_.data(), candidates_.size(), -1, false};
}

llama_token_data_array Sampler::mask(llama_token_data_array candidates) {
  llama_sampler_apply(state_.grammar.get(), &candidates);
  if (!(likeliest(candidates).logit > -INFINITY)) throw Failure("GRAMMAR_INVALID", "the grammar allows no token of this model here");
  return candidates;
}

llama_token Sampler::pick(llama_token_data_array candidates) {
  llama_sampler_apply(state_.chain.get(), &candidates);
  if (candidates.selected < 0 || static_cast<size_t>(candidates.selected) >= candidates.size) {
    throw Failure("DECODE_FAILED", "no token could be sampled from the model's output");
  }
  return candidates.data[candidates.selected].id;
}

void Sampler::remember(llama_token token) {
  state_.history.push_back(token);
  ++state_.counts[token];
  if (state_.history.size() <= static_cast<size_t>(options_.repeatLastN)) return;
  const auto oldest = state_.counts.find(state_.history.front());
  state_.history.pop_front();
  if (--oldest->second == 0) state_.counts.erase(oldest);
}
