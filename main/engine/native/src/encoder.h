#pragma once

#include <memory>
#include <string>

#include "decoder.h"
#include "libmtmd.h"
#include "model.h"
#include "picture.h"
#include "threads.h"
#include "worker.h"

/** A projector in memory. Used on its worker's thread only, but for the facts. */
class Encoder {
 public:
  struct Progress {
    /** Told 0..1; false stops the load. */
    bool (*callback)(float fraction, void * data);
    void * data;
  };

  /** Throws LOAD_FAILED, OUT_OF_MEMORY. */
  Encoder(const std::string & path, std::shared_ptr<Model> model, bool useGpu, int32_t threads, Progress progress);
  ~Encoder();
  Encoder(const Encoder &) = delete;
  Encoder & operator=(const Encoder &) = delete;

  const libmtmd::ProjectorFacts & facts() const { return facts_; }

  /** The picture as a fixed-square projector sees it. */
  Picture square(const Picture & picture) const;

  /** Throws ENCODE_FAILED, or ABORTED when `worker` was cancelled. */
  Embeddings encode(Picture picture, const Worker & worker);

 private:
  void append(const mtmd_input_chunk * chunk, Embeddings & embeddings);

  std::shared_ptr<Model> model_;
  // The pool outlives the backend that computes on it.
  cpu::Pool pool_;
  mtmd_context * context_ = nullptr;
  libmtmd::ProjectorFacts facts_;
};
