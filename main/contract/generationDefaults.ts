/**
 * What an option is where neither the question nor its chat nor the settings say otherwise. Greedy, as in LLaVA's evaluation, and as
 * many tokens as that allows; with a temperature the top-p of its demo (`llava/serve/gradio_web_server.py`), and no other filter.
 */
export const generationDefaults = { temperature: 0, topP: 0.7, topK: 0, minP: 0, repeatPenalty: 1, maxTokens: 1024 } as const
