/**
 * Vision projectors libmtmd runs: the names of `PROJECTOR_TYPE_NAMES` in llama.cpp's `tools/mtmd/clip-impl.h`
 * (release v0.5.0), without those that hear or speak.
 */
export const visionProjectorTypes: ReadonlySet<string> = new Set(
  (
    'mlp ldp ldpv2 resampler adapter qwen2vl_merger qwen2.5vl_merger qwen3vl_merger step3vl gemma3 gemma3nv gemma4v gemma4uv phi4 ' +
    'idefics3 pixtral internvl llama4 qwen2.5o lfm2 kimivl paddleocr lightonocr cogvlm janus_pro dots_ocr dots3note_v deepseekocr ' +
    'deepseekocr2 deepseek4v glm4v youtuvl yasa2 kimik25 nemotron_v2_vl exaone4_5 hunyuanvl minicpmv4_6 mimovl minimax_m3 granite4_vision muse-glimmer'
  ).split(' '),
)

/** Projectors of the same list that hear or speak, and see nothing. */
export const audioProjectorTypes: ReadonlySet<string> = new Set(
  (
    'gemma3na gemma4a gemma4ua ultravox qwen2a qwen3a glma voxtral meralion musicflamingo dots3note_a lfm2a granite_speech ' +
    'mimo_audio parakeet qwen3tts_spkenc qwen3tts_gen pockettts_spkenc pockettts_gen'
  ).split(' '),
)
