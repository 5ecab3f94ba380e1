#pragma once

#include <llama.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapter.h"
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

/** llama.cpp's parameters for a context. */
llama_context_params contextParams(const ContextOptions & options);

/** One sequence's share of a step. */
struct StepEntry {
  llama_seq_id sequence;
  llama_pos position;
  std::vector<llama_token> tokens;
  std::shared_ptr<Sampler> sampler;
};

struct Sampled {
  llama_token token;
  float logProbability;
  std::string piece;
  bool endOfGeneration;
};

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
  /** What it takes now; adapters make its compute buffers larger with the first batch they apply to. */
  MemoryFigures memory() const;

  /** One result per entry. After a failure the sequences stand where they stood before. */
  std::vector<std::optional<Sampled>> step(const std::vector<StepEntry> & entries);
  void prefill(llama_seq_id sequence, llama_pos position, const Embeddings & embeddings);

  void copy(llama_seq_id source, llama_seq_id target, llama_pos from, llama_pos to);
  void remove(llama_seq_id sequence, llama_pos from, llama_pos to);
  size_t save(llama_seq_id sequence, const std::string & path);
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
  std::vector<std::optional<Sampled>> sample(const std::vector<StepEntry> & entries, const std::vector<const float *> & logits) const;
  void decode(const llama_batch & batch);
  void decodeTokens(const std::vector<StepEntry> & entries, std::vector<const float *> & logits);
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
