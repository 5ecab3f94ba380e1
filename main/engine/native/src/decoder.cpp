#include "decoder.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <shared_mutex>

#include <llama-ext.h>
#include "failure.h"
#include "log.h"

namespace {

bool shouldAbort(void * worker) { return static_cast<const Worker *>(worker)->cancelled(); }

}  // namespace

llama_context_params contextParams(const ContextOptions & options) {
  llama_context_params params = llama_context_default_params();
  params.n_ctx = options.contextSize;
  params.n_batch = options.batchSize;
  params.n_ubatch = options.microBatchSize;
  params.n_seq_max = options.sequences;
  // Logits are wanted for few tokens; room for every token of a batch would be half a gigabyte.
  params.n_outputs_max = logitRows(options);
  params.n_threads = options.threads;
  params.n_threads_batch = options.threads;
  params.flash_attn_type = options.flashAttention ? LLAMA_FLASH_ATTN_TYPE_AUTO : LLAMA_FLASH_ATTN_TYPE_DISABLED;
  params.type_k = options.kvType;
  params.type_v = options.kvType;
  // Sequences share the cells of a common prefix in a unified cache. For one sequence it would only cost: llama.cpp then
  // checks all 256 possible sequences against each other at every step.
  params.kv_unified = options.sequences > 1;
  params.no_perf = true;
  return params;
}

Decoder::Decoder(std::shared_ptr<Model> model, const ContextOptions & options, const Worker & worker)
    : model_(std::move(model)), worker_(worker), batchSize_(options.batchSize), microBatchSize_(options.microBatchSize) {
  logging::ErrorLines errors;
  const std::shared_lock<std::shared_mutex> lock(model_->adapters());
  llama_context_params params = contextParams(options);
  params.abort_callback = shouldAbort;
  params.abort_callback_data = const_cast<Worker *>(&worker);
  context_.reset(llama_init_from_model(model_->get(), params));
  if (!context_) {
    throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "DECODE_FAILED", errors.text("llama.cpp could not create the context"));
  }
  batchSize_ = llama_n_batch(context_.get());
  microBatchSize_ = llama_n_ubatch(context_.get());
  pool_ = cpu::newPool(options.threads, true);
  if (pool_) llama_attach_threadpool(context_.get(), pool_.get(), nullptr);
}

uint32_t Decoder::mostDrafted() const {
  const bool forgetsParts = !llama_model_is_recurrent(model_->get()) && !llama_model_is_hybrid(model_->get());
  return forgetsParts ? MAX_DRAFTED : 0;
}

MemoryFigures Decoder::memory() const {
  MemoryFigures figures;
  for (const auto & [type, bytes] : llama_get_memory_breakdown(context_.get())) {
    figures.model += bytes.model;
    figures.kv += bytes.context;
    figures.compute += bytes.compute;
  }
  return figures;
}

std::vector<Answer> Decoder::step(const std::vector<StepEntry> & entries) {
  worker_.checkCancelled();
  forEachEntry(entries, [this](const StepEntry & entry, size_t) { checkPosition(entry.sequence, entry.position, false); });
  std::vector<Rows> logits(entries.size());
  try {
    decodeTokens(entries, logits);
    std::vector<Answer> answers = sample(entries, logits);
    for (size_t i = 0; i < entries.size(); ++i) {
      const StepEntry & entry = entries[i];
      // Guesses that were right stay; the token sampled last has no cell yet, as ever.
      const size_t kept = entry.drafted == 0 ? entry.tokens.size() : entry.firstOutput() + answers[i].size();
      if (kept < entry.tokens.size()) remove(entry.sequence, entry.position + static_cast<llama_pos>(kept), -1);
    }
    return answers;
  } catch (...) {
    for (const StepEntry & entry : entries) remove(entry.sequence, entry.position, -1);
    throw;
  }
}

void Decoder::checkPosition(llama_seq_id sequence, llama_pos position, bool embeddings) const {
  const llama_pos last = llama_memory_seq_pos_max(llama_get_memory(context_.get()), sequence);
  const bool fits = last < 0 ? position >= 0 : model_->usesMrope() ? position > last || (embeddings && position == last) : position == last + 1;
  if (!fits) {
    throw Failure("BAD_ARGUMENT", "sequence " + std::to_string(sequence) + " ends at position " + std::to_string(last) +
                                      ", so it cannot go on at position " + std::to_string(position));
  }
}

void Decoder::decode(const llama_batch & batch) {
  worker_.checkCancelled();
  const std::shared_lock<std::shared_mutex> lock(model_->adapters());
  const int32_t status = llama_decode(context_.get(), batch);
  if (status == 0) return;
  if (status == 2 || worker_.cancelled()) throw Failure("ABORTED", "the call was aborted");
  if (status == 1) throw Failure("NO_KV_SLOT", "the context is full");
  throw Failure("DECODE_FAILED", "llama.cpp could not evaluate the batch (status " + std::to_string(status) + ")");
}

void Decoder::decodeTokens(const std::vector<StepEntry> & entries, std::vector<Rows> & logits) {
  size_t remaining = 0;
  for (const StepEntry & entry : entries) remaining += entry.tokens.size();
  keptLogits_.clear();

  std::vector<std::pair<size_t, int32_t>> sampled;  // entry, row in this batch
  const auto flush = [&] {
    llama_batch batch{};
    batch.n_tokens = static_cast<int32_t>(tokens_.size());
    remaining -= tokens_.size();
    sequenceCounts_.assign(tokens_.size(), 1);
    sequencePointers_.resize(tokens_.size());
    for (size_t i = 0; i < tokens_.size(); ++i) sequencePointers_[i] = &sequenceIds_[i];
    batch.token = tokens_.data();
    batch.pos = positions_.data();
    batch.n_seq_id = sequenceCounts_.data();
    batch.seq_id = sequencePointers_.data();
    batch.logits = outputs_.data();
    decode(batch);
    for (const auto & [entry, row] : sampled) {
      const float * values = llama_get_logits_ith(context_.get(), row);
      if (values == nullptr) throw Failure("DECODE_FAILED", "llama.cpp returned no logits");
      // The next batch overwrites them; samplers wait until the whole step succeeded.
      if (remaining > 0) {
        keptLogits_.emplace_back(values, values + model_->tokens());
        values = keptLogits_.back().data();
      }
      logits[entry].push_back(values);
    }
    sampled.clear();
    tokens_.clear();
    positions_.clear();
    sequenceIds_.clear();
    outputs_.clear();
  };

  tokens_.clear();
  positions_.clear();
  sequenceIds_.clear();
  outputs_.clear();
  for (size_t e = 0; e < entries.size(); ++e) {
    const StepEntry & entry = entries[e];
    for (size_t i = 0; i < entry.tokens.size(); ++i) {
      const bool output = i >= entry.firstOutput();
      if (output) sampled.emplace_back(e, static_cast<int32_t>(tokens_.size()));
      tokens_.push_back(entry.tokens[i]);
      positions_.push_back(entry.position + static_cast<llama_pos>(i));
      sequenceIds_.push_back(entry.sequence);
      outputs_.push_back(output ? 1 : 0);
      if (tokens_.size() == batchSize_) flush();
    }
  }
  if (!tokens_.empty()) flush();
}

void Decoder::prefill(llama_seq_id sequence, llama_pos position, const Embeddings & embeddings) {
  worker_.checkCancelled();
  checkPosition(sequence, position, true);
  if (embeddings.nonCausal && embeddings.tokens > microBatchSize_) {
    throw Failure("BAD_ARGUMENT", "this model's pictures need a microBatchSize of at least " + std::to_string(embeddings.tokens));
  }
  llama_set_causal_attn(context_.get(), !embeddings.nonCausal);
  try {
    decodePicture(sequence, position, embeddings);
  } catch (...) {
    llama_set_causal_attn(context_.get(), true);
    remove(sequence, position, -1);
    throw;
  }
  llama_set_causal_attn(context_.get(), true);
}

void Decoder::decodePicture(llama_seq_id sequence, llama_pos position, const Embeddings & embeddings) {
  const size_t planes = model_->usesMrope() ? 4 : 1;
  for (size_t start = 0; start < embeddings.tokens; start += batchSize_) {
    const size_t count = std::min<size_t>(batchSize_, embeddings.tokens - start);
    positions_.resize(planes * count);
    for (size_t plane = 0; plane < planes; ++plane) {
      for (size_t i = 0; i < count; ++i) {
        const size_t token = start + i;
        const llama_pos relative = embeddings.mrope.empty() ? static_cast<llama_pos>(token) : embeddings.mrope[plane * embeddings.tokens + token];
        positions_[plane * count + i] = position + relative;
      }
    }
    sequenceIds_.assign(1, sequence);
    sequenceCounts_.assign(count, 1);
    sequencePointers_.assign(count, sequenceIds_.data());
    outputs_.assign(count, 0);
    llama_batch batch{};
    batch.n_tokens = static_cast<int32_t>(count);
    batch.embd = const_cast<float *>(embeddings.data.data() + start * embeddings.width);
    batch.pos = positions_.data();
    batch.n_seq_id = sequenceCounts_.data();
    batch.seq_id = sequencePointers_.data();
    batch.logits = outputs_.data();
    decode(batch);
  }
  // GPU backends return before they are done; the picture's array must stay until then.
  llama_synchronize(context_.get());
}

void Decoder::copy(llama_seq_id source, llama_seq_id target, llama_pos from, llama_pos to) {
  if (source == target) return;
  remove(target, from, to);
  llama_memory_seq_cp(llama_get_memory(context_.get()), source, target, from, to);
}

void Decoder::remove(llama_seq_id sequence, llama_pos from, llama_pos to) {
  if (llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, from, to)) return;
  // Models with a recurrent state cannot forget a part of it; what is left is still consistent when all of it goes.
  llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, -1, -1);
}

size_t Decoder::save(llama_seq_id sequence, const std::string & path) {
  logging::ErrorLines errors;
  const size_t written = llama_state_seq_save_file(context_.get(), path.c_str(), sequence, nullptr, 0);
  if (written != 0) return written;
  throw Failure("DECODE_FAILED", errors.text("the sequence's state could not be saved"));
}

void Decoder::restore(llama_seq_id sequence, const std::string & path) {
  logging::ErrorLines errors;
  // The file has no tokens of its own; room for none refuses one that has.
  llama_token none = 0;
  size_t tokens = 0;
  if (llama_state_seq_load_file(context_.get(), path.c_str(), sequence, &none, 0, &tokens) != 0) return;
  llama_memory_seq_rm(llama_get_memory(context_.get()), sequence, -1, -1);
  const std::string text = errors.text("the state does not fit this context");
  const bool full = text.find("available cells") != std::string::npos || text.find("not enough cells") != std::string::npos;
  throw Failure(full ? "NO_KV_SLOT" : "BAD_ARGUMENT", text);
}

void Decoder::setAdapters(const std::vector<ScaledAdapter> & adapters) {
  // llama.cpp keeps one scale for each adapter; the same one given twice has the effect of both.
  std::map<Adapter *, float> scales;
  std::vector<std::shared_ptr<Adapter>> held;
  for (const auto & [adapter, scale] : adapters) {
    if (&adapter->model() != model_.get()) throw Failure("BAD_ARGUMENT", "the adapter was loaded for another model");
    scales[adapter.get()] += scale;
    held.push_back(adapter);
  }
  std::vector<llama_adapter_lora *> handles;
  std::vector<float> values;
  for (const auto & [adapter, scale] : scales) {
    handles.push_back(adapter->get());
    values.push_back(scale);
  }
  llama_set_adapters_lora(context_.get(), handles.data(), handles.size(), values.data());
  adapters_ = std::move(held);
}
