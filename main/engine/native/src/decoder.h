#pragma once

#include <llama.h>

#include <memory>
#include <string>
#include <vector>

#include "adapter.h"
#include "failure.h"
#include "model.h"
#include "sampler.h"
#include "threads.h"
#include "worker.h"

struct ContextOptions {
  uint32_t contextSize;
  uint32_t batchSize;
  uint32_t microBatchSize;
  uint32_t sequences;
  int32_t threads;
  bool flashAttention;
  ggml_type kvType;
};

/** Most guesses of one step: for each there is a row of logits more. */
constexpr uint32_t MAX_DRAFTED = 16;

/** Rows of logits that a step may ask for: one of each sequence, and one for every guess. */
inline uint32_t logitRows(const ContextOptions & options) { return options.sequences + MAX_DRAFTED; }

/** llama.cpp's parameters for a context. */
llama_context_params contextParams(const ContextOptions & options);

/** One sequence's share of a step. */
struct StepEntry {
  llama_seq_id sequence;
  llama_pos position;
  std::vector<llama_token> tokens;
  std::shared_ptr<Sampler> sampler;
  /** How many of `tokens`, at their end, are guesses. */
  size_t drafted = 0;

  /** Index of the first token whose logits are wanted. */
  size_t firstOutput() const { return sampler ? tokens.size() - 1 - drafted : tokens.size(); }
};

/** Runs `body` for each entry; a failure names the entry. */
template <class Body>
void forEachEntry(const std::vector<StepEntry> & entries, Body body) {
  for (size_t i = 0; i < entries.size(); ++i) {
    try {
      body(entries[i], i);
    } catch (const Failure & failure) {
      throw failure.ofEntry(i);
    }
  }
}

struct Sampled {
  llama_token token;
  float logProbability;
  std::string piece;
  bool endOfGeneration;
  bool endsGrammar;
};

/** What an entry's tokens led to: none without a sampler, else one token and one for every guess that was right. */
using Answer = std::vector<Sampled>;
/** The logits an entry asked for, in the order of its tokens. */
using Rows = std::vector<const float *>;

/** Projected embeddings of a picture; see `NativeEmbeddings`. */
struct Embeddings {
  std::vector<float> data;
  size_t tokens = 0;
  size_t width = 0;
  llama_pos positions = 0;
  std::vector<llama_pos> mrope;
  bool nonCausal = false;
  std::vector<llama_token> before;
  std::vector<llama_token> after;
};

/** An adapter as a context applies it. */
struct ScaledAdapter {
  std::shared_ptr<Adapter> adapter;
  float scale;
};

struct MemoryFigures {
  size_t model = 0;
  size_t kv = 0;
  size_t compute = 0;
};

/** A llama.cpp context with a unified KV cache. Used on its worker's thread only. */
class Decoder {
 public:
  /** Throws OUT_OF_MEMORY or DECODE_FAILED. `worker` says when to stop. */
  Decoder(std::shared_ptr<Model> model, const ContextOptions & options, const Worker & worker);
  Decoder(const Decoder &) = delete;
  Decoder & operator=(const Decoder &) = delete;

  uint32_t contextSize() const { return llama_n_ctx(context_.get()); }
  /** Most guesses of one step; none with models whose state cannot be taken back by some tokens. */
  uint32_t mostDrafted() const;
  /** What it takes now; adapters make its compute buffers larger with the first batch they apply to. */
  MemoryFigures memory() const;

  /** One result per entry. After a failure the sequences stand where they stood before. */
  std::vector<Answer> step(const std::vector<StepEntry> & entries);
  void prefill(llama_seq_id sequence, llama_pos position, const Embeddings & embeddings);

  void copy(llama_seq_id source, llama_seq_id target, llama_pos from, llama_pos to);
  void remove(llama_seq_id sequence, llama_pos from, llama_pos to);
  /** Writes what a sequence holds into a file, and returns the bytes written. Throws DECODE_FAILED. */
  size_t save(llama_seq_id sequence, const std::string & path);
  /**
   * Fills a sequence from such a file; what it held before is gone. Throws NO_KV_SLOT, or BAD_ARGUMENT for a file of another
   * context; then the sequence is empty.
   */
  void restore(llama_seq_id sequence, const std::string & path);

  /** For batches of one token and for longer ones; at most the threads it was made with. */
  void setThreads(int32_t answering, int32_t prompt) { llama_set_n_threads(context_.get(), answering, prompt); }

  /** What is evaluated from now on goes through these adapters. Throws BAD_ARGUMENT for one of another model. */
  void setAdapters(const std::vector<ScaledAdapter> & adapters);

 private:
  struct Free {
    void operator()(llama_context * context) const { llama_free(context); }
  };

  void checkPosition(llama_seq_id sequence, llama_pos position, bool embeddings) const;
  std::vector<Answer> sample(const std::vector<StepEntry> & entries, const std::vector<Rows> & logits) const;
  Answer choose(const StepEntry & entry, const Rows & rows) const;
  void decode(const llama_batch & batch);
  void decodeTokens(const std::vector<StepEntry> & entries, std::vector<Rows> & logits);
  void decodePicture(llama_seq_id sequence, llama_pos position, const Embeddings & embeddings);
  Sampled describe(llama_token token, const float * logits) const;

  std::shared_ptr<Model> model_;
  const Worker & worker_;
  // The pool outlives the context that computes on it.
  cpu::Pool pool_;
  // And so do the adapters it applies.
  std::vector<std::shared_ptr<Adapter>> adapters_;
  std::unique_ptr<llama_context, Free> context_;
  uint32_t batchSize_;
  uint32_t microBatchSize_;
  // One batch's arrays, kept from step to step.
  std::vector<llama_token> tokens_;
  std::vector<llama_pos> positions_;
  std::vector<int32_t> sequenceCounts_;
  std::vector<llama_seq_id> sequenceIds_;
  std::vector<llama_seq_id *> sequencePointers_;
  std::vector<int8_t> outputs_;
  std::vector<std::vector<float>> keptLogits_;
};
