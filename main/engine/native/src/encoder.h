#pragma once

#include <functional>
#include <memory>
#include <string>

#include "decoder.h"
#include "libmtmd.h"
#include "model.h"
#include "picture.h"
#include "preparation.h"
#include "threads.h"
#include "tiles.h"
#include "worker.h"

/** What a picture takes in a prompt; see `NativePictureLayout`. */
struct PictureLayout {
  size_t tokens = 0;
  llama_pos positions = 0;
  std::vector<llama_token> before;
  std::vector<llama_token> after;
};

/** A projector in memory. Used on its worker's thread only, but for the facts and `layout`. */
class Encoder {
 public:
  struct Progress {
    /** Told 0..1; false stops the load. */
    bool (*callback)(float fraction, void * data);
    void * data;
  };

  /** Throws LOAD_FAILED, OUT_OF_MEMORY. */
  Encoder(const std::string & path, std::shared_ptr<Model> model, bool useGpu, int32_t threads, Progress progress);
  Encoder(const Encoder &) = delete;
  Encoder & operator=(const Encoder &) = delete;

  const libmtmd::ProjectorFacts & facts() const { return facts_; }
  Preparation preparation() const { return preparation_; }

  /** What a picture of this size takes, without its pixels. Throws ENCODE_FAILED. */
  PictureLayout layout(Size size) const;

  /** The square that the model sees of the picture as a whole. Not for `Preparation::libmtmd`. */
  Picture square(const Picture & picture) const;

  /** `progress` is told 0..1 after each part of several. Throws ENCODE_FAILED, OUT_OF_MEMORY, or ABORTED when `worker` was cancelled. */
  Embeddings encode(Picture picture, const Worker & worker, const std::function<void(double)> & progress);

 private:
  struct Free {
    void operator()(mtmd_context * context) const { mtmd_free(context); }
  };

  int32_t side() const { return facts_.imageSize / facts_.patchSize; }
  Embeddings encodeTiles(Picture picture, const Worker & worker, const std::function<void(double)> & progress);
  std::vector<float> encodeTile(Picture tile, const Worker & worker);
  Embeddings encodeChunks(const Picture & picture, const Worker & worker);
  void compute(const mtmd_input_chunk * chunk, const Worker & worker);
  void append(const mtmd_input_chunk * chunk, Embeddings & embeddings);

  std::shared_ptr<Model> model_;
  // The pool outlives the backend that computes on it.
  cpu::Pool pool_;
  std::unique_ptr<mtmd_context, Free> context_;
  libmtmd::ProjectorFacts facts_;
  Preparation preparation_;
};
