// The shortest way to decode tokens with llama.cpp: one sequence, greedy, a thread pool attached once. What a token costs here
// is what it must cost.
//
//   decode-loop MODEL THREADS PROMPT_TOKENS GENERATED_TOKENS RUNS
//
// Prints one JSON object: milliseconds of the prompt and per generated token, of each run.

#include <ggml-backend.h>
#include <ggml-cpu.h>
#include <llama.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

double millisecondsSince(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

ggml_threadpool * newThreadPool(int threads) {
  ggml_backend_reg_t cpu = ggml_backend_dev_backend_reg(ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU));
  auto create = reinterpret_cast<decltype(&ggml_threadpool_new)>(ggml_backend_reg_get_proc_address(cpu, "ggml_threadpool_new"));
  ggml_threadpool_params params = ggml_threadpool_params_default(threads);
  return create(&params);
}

void decode(llama_context * context, std::vector<llama_token> & tokens) {
  if (llama_decode(context, llama_batch_get_one(tokens.data(), static_cast<int32_t>(tokens.size()))) == 0) return;
  std::fprintf(stderr, "llama_decode failed\n");
  std::exit(1);
}

}  // namespace

int main(int argc, char ** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: decode-loop MODEL THREADS PROMPT_TOKENS GENERATED_TOKENS RUNS\n");
    return 2;
  }
  const int threads = std::atoi(argv[2]);
  const int promptTokens = std::atoi(argv[3]);
  const int generatedTokens = std::atoi(argv[4]);
  const int runs = std::atoi(argv[5]);

  llama_log_set([](ggml_log_level level, const char * text, void *) { if (level == GGML_LOG_LEVEL_ERROR) std::fputs(text, stderr); }, nullptr);
  ggml_backend_load_all();
  llama_model_params modelParams = llama_model_default_params();
  modelParams.n_gpu_layers = 0;
  llama_model * model = llama_model_load_from_file(argv[1], modelParams);
  if (model == nullptr) return 1;
  llama_context_params contextParams = llama_context_default_params();
  contextParams.n_ctx = promptTokens + generatedTokens + 8;
  contextParams.n_batch = promptTokens;
  contextParams.n_threads = threads;
  contextParams.n_threads_batch = threads;
  llama_context * context = llama_init_from_model(model, contextParams);
  if (context == nullptr) return 1;
  ggml_threadpool * pool = newThreadPool(threads);
  llama_attach_threadpool(context, pool, pool);
  llama_sampler * sampler = llama_sampler_init_greedy();

  std::printf("{\"runs\":[");
  for (int run = 0; run < runs; run++) {
    llama_memory_clear(llama_get_memory(context), true);
    // Token ids as llama-bench has them: anything in the vocabulary.
    std::vector<llama_token> tokens(promptTokens);
    for (int i = 0; i < promptTokens; i++) tokens[i] = 259 + (i * 7) % 64;
    auto start = Clock::now();
    decode(context, tokens);
    std::vector<llama_token> next{llama_sampler_sample(sampler, context, -1)};
    const double prompt = millisecondsSince(start);
    start = Clock::now();
    for (int i = 0; i < generatedTokens; i++) {
      decode(context, next);
      next[0] = llama_sampler_sample(sampler, context, -1);
    }
    std::printf("%s{\"promptMs\":%.4f,\"tokenMs\":%.5f}", run == 0 ? "" : ",", prompt, millisecondsSince(start) / generatedTokens);
  }
  std::printf("]}\n");
  llama_sampler_free(sampler);
  llama_free(context);
  llama_model_free(model);
  return 0;
}
