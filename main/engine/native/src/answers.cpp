#include <utility>

#include "decoder.h"
#include "softmax.h"

/**
 * The last token of each entry is accepted when all have theirs, and what was accepted before is taken back: a failure leaves
 * all samplers where they were.
 */
std::vector<Answer> Decoder::sample(const std::vector<StepEntry> & entries, const std::vector<Rows> & logits) const {
  std::vector<Answer> answers(entries.size());
  std::vector<std::pair<Sampler *, Sampler::State>> before;
  try {
    forEachEntry(entries, [&](const StepEntry & entry, size_t i) {
      if (entry.drafted > 0) before.emplace_back(entry.sampler.get(), entry.sampler->state());
      if (entry.sampler) answers[i] = choose(entry, logits[i]);
    });
    forEachEntry(entries, [&](const StepEntry & entry, size_t i) {
      if (!entry.sampler) return;
      entry.sampler->accept(answers[i].back().token);
      answers[i].back().endsGrammar = entry.sampler->onlyEndIsLeft();
    });
  } catch (...) {
    for (auto & [sampler, state] : before) sampler->restore(std::move(state));
    throw;
  }
  return answers;
}

/** Samples on as long as guesses are right; all but the last token are accepted. */
Answer Decoder::choose(const StepEntry & entry, const Rows & rows) const {
  Answer answer;
  for (const float * row : rows) {
    if (!answer.empty()) entry.sampler->accept(answer.back().token);
    answer.push_back(describe(entry.sampler->choose(row), row));
    const size_t next = entry.firstOutput() + answer.size();
    if (answer.back().endOfGeneration || next == entry.tokens.size() || entry.tokens[next] != answer.back().token) break;
  }
  return answer;
}

Sampled Decoder::describe(llama_token token, const float * logits) const {
  const float logProbability = logSoftmax(logits, static_cast<size_t>(model_->tokens()), static_cast<size_t>(token));
  return {token, logProbability, model_->piece(token), llama_vocab_is_eog(model_->vocabulary(), token), false};
}
