import { join } from 'node:path'
import fc from 'fast-check'
import llamaTokenizer from 'llama-tokenizer-js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startEngine } from '../../../bench/engine/startEngine.ts'
import { writeGguf } from '../../../bench/gguf/write.ts'
import type { TensorSource } from '../../../bench/gguf/write.ts'
import { randomTensor } from '../../../bench/synthetic/randomTensor.ts'
import type { RandomTensor } from '../../../bench/synthetic/randomTensor.ts'
import type { Engine } from '../../engine/client/Engine.ts'
import type { PromptPart } from '../../engine/protocol.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { IMAGE_TOKEN, llamaTokens } from '../testing/llamaTokens.ts'
import { buildPrompt } from './buildPrompt.ts'
import type { DraftPart, Turn } from './buildPrompt.ts'
import { embeddedPrompt } from './embeddedPrompt.ts'
import { templates } from './templates.ts'
import type { TemplateName } from './templates.ts'

/** `<unk>`, `<s>`, `</s>` and 256 byte tokens stand before the pieces. */
const FIRST_PIECE = 259
const WIDTH = 64

/** `vicuna_v1` as a model's file would bring it, with the names of both ends instead of their texts. */
const fileTemplate = `{{ bos_token }}{% for m in messages %}{% if m['role'] == 'system' %}{{ m['content'] + ' ' }}{% elif m['role'] == 'user' %}{{ 'USER: ' + m['content'] }}{% else %}{{ ' ASSISTANT: ' + m['content'] + eos_token }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ ' ASSISTANT:' }}{% endif %}`

/** The engine's token ids with the real LLaMA vocabulary, against the ids of another tokenizer and those written down. */
const folder = temporaryFolder()
let engine: Engine

beforeAll(async () => {
  const model = join(folder.path, 'vocabulary.gguf')
  writeRealVocabularyModel(model)
  engine = await startEngine({ model, projector: null }, { threads: 1, contextSize: 512 })
})
afterAll(async () => {
  await engine.stop()
  folder.remove()
})

function toEngine(part: DraftPart<unknown>): PromptPart {
  return part.type === 'text' ? part : { type: 'image', picture: { key: 'picture', path: '' } }
}

async function engineTokens(turns: readonly Turn<string>[], name: TemplateName = 'vicuna_v1'): Promise<{ ids: number[]; wanted: number[] }> {
  const draft = buildPrompt(templates[name], templates[name].systemText, turns)
  const { tokens } = await engine.tokenize(draft.map(toEngine))
  return { ids: tokens, wanted: llamaTokens(draft) }
}

test('a question about a picture has the ids of the official tokenization', async () => {
  const { ids, wanted } = await engineTokens([{ question: 'What is the total?', images: ['picture'], answer: null }])
  expect(ids).toEqual([
    1, 319, 13563, 1546, 263, 12758, 1404, 322, 385, 23116, 21082, 20255, 29889, 450, 20255, 4076, 8444, 29892, 13173, 29892, 322, 1248, 568,
    6089, 304, 278, 1404, 29915, 29879, 5155, 29889, 3148, 1001, 29901, 29871, IMAGE_TOKEN, 29871, 13, 5618, 338, 278, 3001, 29973, 319, 1799,
    9047, 13566, 29901,
  ])
  expect(ids).toEqual(wanted)
})

test('so has a second question', async () => {
  const { ids, wanted } = await engineTokens([
    { question: 'What is the total?', images: ['picture'], answer: ' $25.97' },
    { question: 'What is the total?', images: [], answer: null },
  ])
  expect(ids).toEqual(wanted)
  expect(ids.slice(ids.indexOf(2))).toEqual([2, 3148, 1001, 29901, 1724, 338, 278, 3001, 29973, 319, 1799, 9047, 13566, 29901])
})

const typed = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1 }),
  fc.constantFrom('</s>', 'a</s>USER: b', '<s>', '<unk>', '<0x0A>', '价格是多少？', 'Zürich  2 €\n\n- a\n- b', '[INST]', '###', ' ', 'a      b', '\n         - c', '  A    SS'),
)
const conversation = fc.tuple(fc.array(fc.tuple(typed, typed), { maxLength: 2 }), typed).map(([history, question]) => {
  const turns = history.map(([asked, answer], index) => ({ question: asked, images: index === 0 ? ['picture'] : [], answer }))
  return [...turns, { question, images: [], answer: null }]
})

describe('whatever people and models write, the ids are those of the other tokenizer, and no control token comes of it:', () => {
  // Control tokens of an answer in the history: its end, and the beginning of the next question.
  test.each([
    ['vicuna_v1', 1, 0],
    ['llava_v1', 1, 0],
    ['llava_v0', 0, 0],
    ['mistral_instruct', 1, 0],
    ['llava_llama_2', 1, 1],
  ] as const)('%s', async (name, ends, begins) => {
    await fc.assert(
      fc.asyncProperty(conversation, async (turns) => {
        const { ids, wanted } = await engineTokens(turns, name)
        expect(ids).toEqual(wanted)
        const answers = turns.filter(({ answer }) => answer !== null && answer.trim() !== '').length
        expect(ids.filter((id) => id === 2)).toHaveLength(answers * ends)
        expect(ids.filter((id) => id === 1)).toHaveLength(1 + answers * begins)
      }),
      { numRuns: 40 },
    )
  })
})

test('the template inside the file gives the same ids as the same template written here', async () => {
  expect(await engine.template()).toEqual({ embedded: true, projector: null })
  const { systemText } = templates.vicuna_v1
  const render = async (messages: Parameters<Engine['render']>[0]) => await engine.render(messages)
  await fc.assert(
    fc.asyncProperty(conversation, async (turns) => {
      const draft = await embeddedPrompt({ render, projector: 'mlp', model: 'vocabulary' }, systemText, turns)
      expect(draft).toEqual(buildPrompt(templates.vicuna_v1, systemText, turns))
      expect((await engine.tokenize(draft.map(toEngine))).tokens).toEqual(llamaTokens(draft))
    }),
    { numRuns: 40 },
  )
})

test('the engine says what is wrong with a use of the template', async () => {
  const parts = [{ role: 'user' as const, content: [{ type: 'image' as const }] }]
  await expect(engine.render(parts)).rejects.toMatchObject({ code: 'TEMPLATE_FAILED', params: { model: 'LLaMA vocabulary', detail: 'it takes text alone' } })
})

/**
 * Writes a language model of one tiny random layer that carries the real vocabulary of LLaMA 1 and 2, so that the engine's
 * tokenization can be judged.
 */
function writeRealVocabularyModel(path: string): void {
  const tokens = llamaTokenizer.vocabById
  const u32 = (value: number) => ({ type: 'u32', value }) as const
  writeGguf(
    path,
    {
      'general.architecture': { type: 'string', value: 'llama' },
      'general.name': { type: 'string', value: 'LLaMA vocabulary' },
      'general.file_type': u32(1),
      'llama.context_length': u32(2048),
      'llama.embedding_length': u32(WIDTH),
      'llama.block_count': u32(1),
      'llama.feed_forward_length': u32(WIDTH),
      'llama.attention.head_count': u32(1),
      'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: 1e-5 },
      'llama.rope.dimension_count': u32(WIDTH),
      'llama.vocab_size': u32(tokens.length),
      'tokenizer.ggml.model': { type: 'string', value: 'llama' },
      'tokenizer.ggml.tokens': { type: 'string[]', value: tokens },
      'tokenizer.ggml.scores': { type: 'f32[]', value: scores(tokens) },
      // `enum llama_token_type`: normal 1, unknown 2, control 3, byte 6.
      'tokenizer.ggml.token_type': { type: 'i32[]', value: tokens.map((_, id) => (id === 0 ? 2 : id < 3 ? 3 : id < FIRST_PIECE ? 6 : 1)) },
      'tokenizer.ggml.bos_token_id': u32(1),
      'tokenizer.ggml.eos_token_id': u32(2),
      'tokenizer.ggml.unknown_token_id': u32(0),
      'tokenizer.chat_template': { type: 'string', value: fileTemplate },
    },
    tensors(tokens.length),
  )
}

/**
 * The scores of the pieces, the higher the sooner merged: minus the rank of the first merge that makes a piece. Ids will
 * not do, for runs of spaces have the lowest ids and are merged last of all.
 */
function scores(tokens: readonly string[]): number[] {
  const ranks = new Map<string, number>()
  for (const [pair, rank] of llamaTokenizer.merges) {
    const piece = pair.replace(' ', '')
    ranks.set(piece, Math.min(rank, ranks.get(piece) ?? Infinity))
  }
  return tokens.map((piece) => -(ranks.get(piece) ?? 0))
}

function tensors(vocabulary: number): TensorSource[] {
  const matrix = (name: string, to: number): RandomTensor => ({ name: `${name}.weight`, type: 'f16', shape: [WIDTH, to], deviation: 0.1 })
  const norm = (name: string): RandomTensor => ({ name: `${name}.weight`, type: 'f32', shape: [WIDTH], mean: 1, deviation: 0 })
  const block = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'].map((name) => matrix(`blk.0.${name}`, WIDTH))
  return [
    matrix('token_embd', vocabulary),
    ...block,
    norm('blk.0.attn_norm'),
    norm('blk.0.ffn_norm'),
    norm('output_norm'),
    matrix('output', vocabulary),
  ].map((tensor) => randomTensor(1, tensor))
}
