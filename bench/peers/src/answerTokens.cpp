// Greedy answers about pictures as token ids, with llama.cpp's own libmtmd and nothing of ours.
//
//   answer-tokens MODEL MMPROJ THREADS MAX_TOKENS < requests
//
// A request is one line: the picture's path, a tab, the whole prompt with <__media__> where the picture stands and \n for a line break.
// The reply is one line of JSON: the prompt's token ids (-200 for the picture), the answer's without the end token, and the
// milliseconds from the decoded picture to the first token.

#include <ggml-backend.h>
#include <llama.h>
#include <mtmd-helper.h>
#include <mtmd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

const int imageTokenIndex = -200;

[[noreturn]] void fail(const std::string & what) {
  std::cerr << what << "\n";
  std::exit(1);
}

std::string withLineBreaks(std::string text) {
  for (size_t at; (at = text.find("\\n")) != std::string::npos;) text.replace(at, 2, "\n");
  return text;
}

std::string json(const std::vector<int> & numbers) {
  std::string text = "[";
  for (size_t i = 0; i < numbers.size(); i++) text += (i == 0 ? "" : ",") + std::to_string(numbers[i]);
  return text + "]";
}

std::vector<int> promptTokens(const mtmd_input_chunks * chunks) {
  std::vector<int> tokens;
  for (size_t i = 0; i < mtmd_input_chunks_size(chunks); i++) {
    size_t count = 0;
    const mtmd_input_chunk * chunk = mtmd_input_chunks_get(chunks, i);
    if (mtmd_input_chunk_get_type(chunk) != MTMD_INPUT_CHUNK_TYPE_TEXT) {
      tokens.push_back(imageTokenIndex);
      continue;
    }
    const llama_token * text = mtmd_input_chunk_get_tokens_text(chunk, &count);
    tokens.insert(tokens.end(), text, text + count);
  }
  return tokens;
}

double millisecondsSince(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

std::vector<int> answer(llama_context * context, const llama_vocab * vocab, int limit, Clock::time_point start, double & firstToken) {
  llama_sampler * sampler = llama_sampler_init_greedy();
  std::vector<int> tokens;
  while (static_cast<int>(tokens.size()) < limit) {
    llama_token token = llama_sampler_sample(sampler, context, -1);
    if (tokens.empty()) firstToken = millisecondsSince(start);
    if (llama_vocab_is_eog(vocab, token)) break;
    tokens.push_back(token);
    if (llama_decode(context, llama_batch_get_one(&token, 1)) != 0) fail("llama_decode failed");
  }
  llama_sampler_free(sampler);
  return tokens;
}

}  // namespace

int main(int argc, char ** argv) {
  if (argc != 5) fail("usage: answer-tokens MODEL MMPROJ THREADS MAX_TOKENS < requests");
  const int threads = std::atoi(argv[3]);
  const int limit = std::atoi(argv[4]);

  auto quiet = [](ggml_log_level level, const char * text, void *) { if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr); };
  llama_log_set(quiet, nullptr);
  mtmd_helper_log_set(quiet, nullptr);
  ggml_backend_load_all();
  llama_model_params modelParams = llama_model_default_params();
  modelParams.n_gpu_layers = 0;
  llama_model * model = llama_model_load_from_file(argv[1], modelParams);
  if (model == nullptr) fail("the model does not load");
  llama_context_params contextParams = llama_context_default_params();
  contextParams.n_ctx = 2048;
  contextParams.n_batch = 2048;
  contextParams.n_threads = threads;
  contextParams.n_threads_batch = threads;
  llama_context * context = llama_init_from_model(model, contextParams);
  mtmd_context_params visionParams = mtmd_context_params_default();
  visionParams.use_gpu = false;
  visionParams.print_timings = false;
  visionParams.n_threads = threads;
  mtmd_context * vision = mtmd_init_from_file(argv[2], model, visionParams);
  if (context == nullptr || vision == nullptr) fail("the projector does not load");

  for (std::string line; std::getline(std::cin, line);) {
    const size_t tab = line.find('\t');
    if (tab == std::string::npos) fail("no tab in: " + line);
    const std::string prompt = withLineBreaks(line.substr(tab + 1));
    auto picture = mtmd_helper_bitmap_init_from_file(vision, line.substr(0, tab).c_str(), false, mtmd_helper_init_opt_default());
    if (picture.bitmap == nullptr) fail("no picture: " + line);
    const auto start = Clock::now();
    mtmd_input_chunks * chunks = mtmd_input_chunks_init();
    const mtmd_input_text text{prompt.data(), prompt.size(), true, true};
    const mtmd_bitmap * bitmap = picture.bitmap;
    if (mtmd_tokenize(vision, chunks, &text, &bitmap, 1) != 0) fail("the prompt does not tokenize");
    llama_memory_clear(llama_get_memory(context), true);
    llama_pos end = 0;
    if (mtmd_helper_eval_chunks(vision, context, chunks, 0, 0, 2048, true, &end) != 0) fail("the prompt does not evaluate");
    double firstToken = 0;
    const auto tokens = answer(context, llama_model_get_vocab(model), limit, start, firstToken);
    std::cout << "{\"prompt\":" << json(promptTokens(chunks)) << ",\"answer\":" << json(tokens) << ",\"firstTokenMs\":" << firstToken << "}" << std::endl;
    mtmd_input_chunks_free(chunks);
    mtmd_bitmap_free(picture.bitmap);
  }
  mtmd_free(vision);
  llama_free(context);
  llama_model_free(model);
  return 0;
}
