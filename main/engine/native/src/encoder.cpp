#include "encoder.h"

#include <utility>

#include "failure.h"
#include "log.h"

namespace {

bool shouldAbort(void * worker) { return static_cast<const Worker *>(worker)->cancelled(); }

using Chunks = std::unique_ptr<mtmd_input_chunks, decltype(&mtmd_input_chunks_free)>;

/** libmtmd's own preprocessing: one or more picture chunks, and the text tokens its model wants around them. */
Chunks split(const mtmd_context * context, const Picture & picture) {
  const mtmd::bitmap bitmap(static_cast<uint32_t>(picture.width), static_cast<uint32_t>(picture.height), picture.rgb.data());
  const mtmd_input_part part = {nullptr, bitmap.ptr.get()};
  const mtmd_input_part * parts[] = {&part};
  Chunks chunks(mtmd_input_chunks_init(), mtmd_input_chunks_free);
  logging::ErrorLines errors;
  if (mtmd_tokenize_from_parts(context, chunks.get(), parts, 1, false) != 0) {
    throw Failure("ENCODE_FAILED", errors.text("the picture could not be prepared"));
  }
  return chunks;
}

void appendText(const mtmd_input_chunk * chunk, Embeddings & embeddings) {
  size_t count = 0;
  const llama_token * tokens = mtmd_input_chunk_get_tokens_text(chunk, &count);
  auto & side = embeddings.tokens == 0 ? embeddings.before : embeddings.after;
  side.insert(side.end(), tokens, tokens + count);
}

}  // namespace

Encoder::Encoder(const std::string & path, std::shared_ptr<Model> model, bool useGpu, int32_t threads, Progress progress) : model_(std::move(model)) {
  mtmd_context_params params = mtmd_context_params_default();
  params.use_gpu = useGpu;
  params.print_timings = false;
  params.n_threads = threads;
  params.progress_callback = progress.callback;
  params.progress_callback_user_data = progress.data;
  logging::ErrorLines errors;
  context_ = mtmd_init_from_file(path.c_str(), model_->get(), params);
  if (context_ == nullptr) {
    throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "LOAD_FAILED", errors.text("the projector could not be loaded"));
  }
  if (!libmtmd::hasVision(context_)) {
    mtmd_free(context_);
    throw Failure("LOAD_FAILED", "the file holds no vision projector");
  }
  facts_ = libmtmd::facts(context_);
  // Pictures are rare: threads that went on polling after one would take the cores from the language model.
  pool_ = cpu::newPool(threads, false);
  if (pool_) cpu::setPool(libmtmd::cpuBackend(context_), pool_.get());
}

Encoder::~Encoder() { mtmd_free(context_); }

Picture Encoder::square(const Picture & picture) const { return squareOf(picture, facts_.imageSize); }

Embeddings Encoder::encode(Picture picture, const Worker & worker) {
  worker.checkCancelled();
  if (facts_.fixedSquare) picture = square(picture);
  const Chunks chunks = split(context_, picture);
  cpu::setAbort(libmtmd::cpuBackend(context_), shouldAbort, const_cast<Worker *>(&worker));
  Embeddings embeddings;
  embeddings.width = static_cast<size_t>(facts_.width);
  for (size_t i = 0; i < mtmd_input_chunks_size(chunks.get()); ++i) {
    const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks.get(), i);
    if (mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT) {
      appendText(chunk, embeddings);
      continue;
    }
    worker.checkCancelled();
    logging::ErrorLines errors;
    if (mtmd_encode_chunk(context_, chunk) != 0) {
      worker.checkCancelled();
      throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "ENCODE_FAILED", errors.text("the picture could not be encoded"));
    }
    append(chunk, embeddings);
  }
  if (embeddings.tokens == 0) throw Failure("ENCODE_FAILED", "the picture gave no tokens");
  return embeddings;
}

void Encoder::append(const mtmd_input_chunk * chunk, Embeddings & embeddings) {
  if (!embeddings.after.empty()) {
    throw Failure("ENCODE_FAILED", "projectors of the type " + facts_.type + " put text between the parts of this picture, which is not supported yet");
  }
  const size_t tokens = mtmd_input_chunk_get_n_tokens(chunk);
  const float * values = mtmd_get_output_embd(context_);
  embeddings.data.insert(embeddings.data.end(), values, values + tokens * embeddings.width);
  if (mtmd_decode_use_mrope(context_)) {
    // Planes are joined per part, so a second part needs them spread anew.
    std::vector<llama_pos> joined(4 * (embeddings.tokens + tokens));
    for (size_t plane = 0; plane < 4; ++plane) {
      for (size_t i = 0; i < embeddings.tokens; ++i) joined[plane * (embeddings.tokens + tokens) + i] = embeddings.mrope[plane * embeddings.tokens + i];
    }
    for (size_t i = 0; i < tokens; ++i) {
      const mtmd_decoder_pos place = mtmd_image_tokens_get_decoder_pos(mtmd_input_chunk_get_tokens_image(chunk), embeddings.positions, i);
      const uint32_t planes[4] = {place.t, place.y, place.x, place.z};
      for (size_t plane = 0; plane < 4; ++plane) joined[plane * (embeddings.tokens + tokens) + embeddings.tokens + i] = static_cast<llama_pos>(planes[plane]);
    }
    embeddings.mrope = std::move(joined);
  }
  embeddings.tokens += tokens;
  embeddings.positions += mtmd_input_chunk_get_n_pos(chunk);
  embeddings.nonCausal = mtmd_decode_use_non_causal(context_, chunk);
}
