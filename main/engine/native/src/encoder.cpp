#include "encoder.h"

#include <utility>

#include "failure.h"
#include "log.h"

namespace {

bool shouldAbort(void * worker) { return static_cast<const Worker *>(worker)->cancelled(); }

using Chunks = std::unique_ptr<mtmd_input_chunks, decltype(&mtmd_input_chunks_free)>;

/** libmtmd's own preprocessing: one or more picture chunks, and the text tokens its model wants around them. Null pixels: the chunks are only good for counting. */
Chunks split(const mtmd_context * context, Size size, const uint8_t * rgb) {
  const mtmd::bitmap bitmap(static_cast<uint32_t>(size.width), static_cast<uint32_t>(size.height), rgb);
  const mtmd_input_part part = {nullptr, bitmap.ptr.get()};
  const mtmd_input_part * parts[] = {&part};
  Chunks chunks(mtmd_input_chunks_init(), mtmd_input_chunks_free);
  logging::ErrorLines errors;
  if (mtmd_tokenize_from_parts(context, chunks.get(), parts, 1, false) != 0) {
    throw Failure("ENCODE_FAILED", errors.text("the picture could not be prepared"));
  }
  return chunks;
}

Chunks split(const mtmd_context * context, const Picture & picture) { return split(context, {picture.width, picture.height}, picture.rgb.data()); }

bool isText(const mtmd_input_chunk * chunk) { return mtmd_input_chunk_get_type(chunk) == MTMD_INPUT_CHUNK_TYPE_TEXT; }

/** Adds the tokens of a text chunk to those before the picture, or behind it where its own have begun. */
template <class Result>
void appendText(const mtmd_input_chunk * chunk, Result & result) {
  size_t count = 0;
  const llama_token * tokens = mtmd_input_chunk_get_tokens_text(chunk, &count);
  auto & side = result.tokens == 0 ? result.before : result.after;
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
  context_.reset(mtmd_init_from_file(path.c_str(), model_->get(), params));
  if (!context_) {
    throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "LOAD_FAILED", errors.text("the projector could not be loaded"));
  }
  if (!libmtmd::hasVision(context_.get())) throw Failure("LOAD_FAILED", "the file holds no vision projector");
  facts_ = libmtmd::facts(context_.get());
  preparation_ = choosePreparation(path, facts_);
  // Pictures are rare: threads that went on polling after one would take the cores from the language model.
  pool_ = cpu::newPool(threads, false);
  if (pool_) cpu::setPool(libmtmd::cpuBackend(context_.get()), pool_.get());
}

PictureLayout Encoder::layout(Size size) const {
  PictureLayout layout;
  if (preparation_ == Preparation::libmtmd) {
    const Chunks chunks = split(context_.get(), size, nullptr);
    for (size_t i = 0; i < mtmd_input_chunks_size(chunks.get()); ++i) {
      const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks.get(), i);
      if (isText(chunk)) {
        appendText(chunk, layout);
        continue;
      }
      layout.tokens += mtmd_input_chunk_get_n_tokens(chunk);
      layout.positions += mtmd_input_chunk_get_n_pos(chunk);
    }
    return layout;
  }
  const bool isOne = preparation_ != Preparation::tiles;
  layout.tokens = isOne ? static_cast<size_t>(side()) * side() : countTokens(layTiles(size, facts_.resolutions, facts_.imageSize, side()), !facts_.rowEnd.empty());
  layout.positions = static_cast<llama_pos>(layout.tokens);
  return layout;
}

Picture Encoder::square(const Picture & picture) const {
  if (preparation_ == Preparation::crop) return cropToSquare(picture, facts_.imageSize);
  if (preparation_ == Preparation::pad) return padToSquare(picture, facts_.imageSize);
  return resize(picture, {facts_.imageSize, facts_.imageSize});
}

Embeddings Encoder::encode(Picture picture, const Worker & worker, const std::function<void(double)> & progress) {
  worker.checkCancelled();
  cpu::setAbort(libmtmd::cpuBackend(context_.get()), shouldAbort, const_cast<Worker *>(&worker));
  if (preparation_ == Preparation::tiles) return encodeTiles(std::move(picture), worker, progress);
  if (preparation_ != Preparation::libmtmd) picture = square(picture);
  return encodeChunks(picture, worker);
}

Embeddings Encoder::encodeTiles(Picture picture, const Worker & worker, const std::function<void(double)> & progress) {
  const TileLayout layout = layTiles({picture.width, picture.height}, facts_.resolutions, facts_.imageSize, side());
  const Size tile{facts_.imageSize, facts_.imageSize};
  std::vector<std::vector<float>> parts;
  const auto encodeNext = [&](Picture part) {
    parts.push_back(encodeTile(std::move(part), worker));
    progress(static_cast<double>(parts.size()) / (1 + layout.tiles()));
  };
  encodeNext(square(picture));
  const Picture canvas = fitOnCanvas(std::move(picture), layout.fitted, layout.canvas);
  for (int32_t row = 0; row < layout.rows; ++row) {
    for (int32_t column = 0; column < layout.columns; ++column) encodeNext(cut(canvas, column * tile.width, row * tile.height, tile));
  }
  Embeddings embeddings;
  embeddings.width = static_cast<size_t>(facts_.width);
  embeddings.data = assemble(parts, layout, embeddings.width, facts_.rowEnd);
  embeddings.tokens = embeddings.data.size() / embeddings.width;
  embeddings.positions = static_cast<llama_pos>(embeddings.tokens);
  return embeddings;
}

/** The features of one square. */
std::vector<float> Encoder::encodeTile(Picture tile, const Worker & worker) {
  Embeddings embeddings = encodeChunks(tile, worker);
  if (embeddings.tokens != static_cast<size_t>(side()) * side()) throw Failure("ENCODE_FAILED", "a tile gave " + std::to_string(embeddings.tokens) + " tokens");
  return std::move(embeddings.data);
}

Embeddings Encoder::encodeChunks(const Picture & picture, const Worker & worker) {
  const Chunks chunks = split(context_.get(), picture);
  Embeddings embeddings;
  embeddings.width = static_cast<size_t>(facts_.width);
  for (size_t i = 0; i < mtmd_input_chunks_size(chunks.get()); ++i) {
    const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks.get(), i);
    if (isText(chunk)) {
      appendText(chunk, embeddings);
      continue;
    }
    compute(chunk, worker);
    append(chunk, embeddings);
  }
  if (embeddings.tokens == 0) throw Failure("ENCODE_FAILED", "the picture gave no tokens");
  return embeddings;
}

void Encoder::compute(const mtmd_input_chunk * chunk, const Worker & worker) {
  worker.checkCancelled();
  logging::ErrorLines errors;
  if (mtmd_encode_chunk(context_.get(), chunk) == 0) return;
  worker.checkCancelled();
  throw Failure(errors.mentionsMemory() ? "OUT_OF_MEMORY" : "ENCODE_FAILED", errors.text("the picture could not be encoded"));
}

void Encoder::append(const mtmd_input_chunk * chunk, Embeddings & embeddings) {
  if (!embeddings.after.empty()) {
    throw Failure("ENCODE_FAILED", "projectors of the type " + facts_.type + " put text between the parts of this picture, which is not supported yet");
  }
  const size_t tokens = mtmd_input_chunk_get_n_tokens(chunk);
  const float * values = mtmd_get_output_embd(context_.get());
  embeddings.data.insert(embeddings.data.end(), values, values + tokens * embeddings.width);
  if (mtmd_decode_use_mrope(context_.get())) {
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
  embeddings.nonCausal = mtmd_decode_use_non_causal(context_.get(), chunk);
}
