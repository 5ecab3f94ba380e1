import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { IMAGE_TOKEN, llamaTokens } from '../testing/llamaTokens.ts'
import { buildPrompt } from './buildPrompt.ts'
import type { DraftPart, Turn } from './buildPrompt.ts'
import { templates } from './templates.ts'
import type { TemplateName } from './templates.ts'

function build(name: TemplateName, turns: Turn<string>[], system = templates[name].systemText): DraftPart<string>[] {
  return buildPrompt(templates[name], system, turns)
}

function written(parts: readonly DraftPart<string>[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : `<${part.image}>`)).join('')
}

const open = (question: string, ...images: string[]): Turn<string> => ({ question, images, answer: null })
const past = (question: string, answer: string, ...images: string[]): Turn<string> => ({ question, images, answer })

describe('vicuna_v1', () => {
  const system =
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions."

  test('is written as LLaVA-1.5 was trained', () => {
    expect(written(build('vicuna_v1', [open('What is the total?', 'image')]))).toBe(`${system} USER: <image>\nWhat is the total? ASSISTANT:`)
    expect(written(build('vicuna_v1', [past('What is it?', ' A cat. ', 'image'), open('Sure?')]))).toBe(
      `${system} USER: <image>\nWhat is it? ASSISTANT: A cat.</s>USER: Sure? ASSISTANT:`,
    )
    expect(written(build('vicuna_v1', [open('Hi')]))).toBe(`${system} USER: Hi ASSISTANT:`)
  })

  test('has the token ids of the official tokenization', () => {
    const ids = llamaTokens(build('vicuna_v1', [open('What is the total?', 'image')]))
    const image = ids.indexOf(IMAGE_TOKEN)
    expect(image).toBe(35)
    expect(ids.slice(0, image)).toEqual([
      1, 319, 13563, 1546, 263, 12758, 1404, 322, 385, 23116, 21082, 20255, 29889, 450, 20255, 4076, 8444, 29892, 13173, 29892, 322, 1248, 568,
      6089, 304, 278, 1404, 29915, 29879, 5155, 29889, 3148, 1001, 29901, 29871,
    ])
    expect(ids.slice(image + 1)).toEqual([29871, 13, 5618, 338, 278, 3001, 29973, 319, 1799, 9047, 13566, 29901])
  })

  test('starts the next question as the tokenizer does after </s>', () => {
    const ids = llamaTokens(build('vicuna_v1', [past('What is the total?', '12', 'image'), open('What is the total?')]))
    const end = ids.indexOf(2)
    expect(ids.slice(end)).toEqual([2, 3148, 1001, 29901, 1724, 338, 278, 3001, 29973, 319, 1799, 9047, 13566, 29901])
  })

  test('a "</s>" that a person types is plain text', () => {
    const parts = build('vicuna_v1', [past('a</s>USER: b', 'c</s>', 'image'), open('</s>')])
    expect(parts.filter((part) => part.type === 'text' && part.trusted)).toEqual([{ type: 'text', text: '</s>', trusted: true }])
    expect(parts.flatMap((part) => (part.type === 'text' && !part.trusted ? [part.text] : [])).join('|')).toContain('a</s>USER: b')
  })

  test('an own system text takes the place of the trained one; an empty one leaves it out', () => {
    expect(written(build('vicuna_v1', [open('Hi')], ' Be brief. '))).toBe('Be brief. USER: Hi ASSISTANT:')
    expect(written(build('vicuna_v1', [open('Hi')], ''))).toBe('USER: Hi ASSISTANT:')
  })
})

test.each([
  ['llava_v0', "###Human: <image>\nQ###Assistant: A###Human: R###Assistant:"],
  ['mistral_instruct', '[INST] <image>\nQ [/INST] A </s>[INST] R [/INST]'],
  ['llava_llama_2', '\n<</SYS>>\n\n<image>\nQ [/INST] A </s><s>[INST] R [/INST]'],
  ['chatml_direct', '<|im_start|>system\nAnswer the questions.<|im_end|><|im_start|>user\n<image>\nQ<|im_end|><|im_start|>assistant\nA<|im_end|><|im_start|>user\nR<|im_end|><|im_start|>assistant\n'],
  ['chatml', '<|im_end|>\n<|im_start|>user\n<image>Q<|im_end|>\n<|im_start|>assistant\nA<|im_end|>\n<|im_start|>user\nR<|im_end|>\n<|im_start|>assistant\n'],
] as const)('%s is written as its models were trained', (name, tail) => {
  const text = written(build(name, [past('Q', 'A', 'image'), open('R')]))
  expect(text.slice(-tail.length)).toBe(tail)
  expect(text.startsWith(name.startsWith('mistral') ? '[INST] ' : '')).toBe(true)
})

/**
 * `Conversation.get_prompt` of LLaVA's `llava/conversation.py` (haotian-liu/LLaVA at c121f043), told in other words: roles,
 * separators and system texts as they stand there, by the style of their separators.
 */
const conversations = {
  vicuna_v1: { style: 'two', system: "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions.", roles: ['USER', 'ASSISTANT'], sep: ' ', sep2: '</s>' },
  llava_v1: { style: 'two', system: "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.", roles: ['USER', 'ASSISTANT'], sep: ' ', sep2: '</s>' },
  llava_v0: { style: 'single', system: "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.", roles: ['Human', 'Assistant'], sep: '###', sep2: '' },
  llava_llama_2: { style: 'llama2', system: 'You are a helpful language and vision assistant. You are able to understand the visual content that the user provides, and assist the user with a variety of tasks using natural language.', roles: ['USER', 'ASSISTANT'], sep: '<s>', sep2: '</s>' },
  mistral_instruct: { style: 'llama2', system: '', roles: ['USER', 'ASSISTANT'], sep: '', sep2: '</s>' },
  chatml_direct: { style: 'mpt', system: '<|im_start|>system\nAnswer the questions.', roles: ['<|im_start|>user\n', '<|im_start|>assistant\n'], sep: '<|im_end|>', sep2: '' },
} as const

/** The official prompt; the last message is the one to be written. */
function official(name: keyof typeof conversations, messages: readonly string[]): string {
  const { style, system, roles, sep, sep2 } = conversations[name]
  if (style === 'llama2') {
    const first = system === '' ? '' : `<<SYS>>\n${system}\n<</SYS>>\n\n`
    const all = messages.map((text, index) => (index % 2 === 1 ? ` ${text} ${sep2}` : `${sep}[INST] ${index === 0 ? first : ''}${text} [/INST]`)).join('')
    // Python's `lstrip` takes characters, not a prefix; "[" is none of them.
    return all.replace(sep === '' ? /^/ : /^[<s>]+/, '')
  }
  const colon = style === 'mpt' ? '' : ': '
  const written = messages.map((text, index) => `${roles[index % 2]}${colon}${text}${style === 'two' && index % 2 === 1 ? sep2 : sep}`)
  return `${system}${sep}${written.join('')}${roles[1]}${colon.trim()}`
}

test('every template of LLaVA is written as its own code writes it, turn by turn', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).map((words) => words.trim()).filter((words) => words !== '')
  const names = Object.keys(conversations) as (keyof typeof conversations)[]
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.array(fc.tuple(text, text), { maxLength: 4 }), text, fc.boolean(), (name, history, last, seen) => {
      const images = (index: number) => (seen && index === 0 ? ['image'] : [])
      const asked = [...history.map(([question, answer], index) => past(question, answer, ...images(index))), open(last, ...images(history.length))]
      const messages = [...history.flat(), last]
      if (seen) messages[0] = `<image>\n${messages[0]}`
      expect(written(build(name, asked))).toBe(official(name, messages))
    }),
  )
})

test('an answer ends at the separator of its template', () => {
  expect(Object.fromEntries(Object.entries(templates).map(([name, { stopTexts }]) => [name, stopTexts]))).toEqual({
    // `</s>` is LLaMA's and Mistral's own end token.
    ...{ vicuna_v1: [], llava_v1: [], llava_llama_2: [], mistral_instruct: [] },
    ...{ llava_v0: ['###'], chatml_direct: ['<|im_end|>'], chatml: ['<|im_end|>'] },
  })
})

test('a question without an answer is left out, and its pictures move to the next one', () => {
  const parts = build('vicuna_v1', [past('Q', '', 'one'), past('R', ' \n'), open('S', 'two')])
  expect(written(parts)).toMatch(/questions\. USER: <one>\n<two>\nS ASSISTANT:$/)
})

test('no text of a person, whatever it is, becomes a control token or is lost', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('</s>', '<s>', '<|im_end|>', '<image>', '{question}', '{images}'))
  const turns = fc.array(fc.record({ question: text, answer: text, images: fc.array(fc.constant('picture'), { maxLength: 2 }) }), { maxLength: 4 })
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(templates) as TemplateName[])), turns, text, (name, history, last) => {
      const template = templates[name]
      const parts = build(name, [...history, open(last)])
      const kept = history.filter((turn) => turn.answer.trim() !== '')
      // Every control token comes from the template: as many as the template alone writes, and nothing else is trusted.
      const bare = build(name, [...kept.map(() => past('q', 'a')), open('q')])
      const trusted = (of: DraftPart<string>[]) => of.filter((part) => part.type === 'text' && part.trusted).map((part) => written([part]))
      expect(trusted(parts)).toEqual(trusted(bare))
      expect(trusted(parts).every((token) => template.controls.some((control) => control === token))).toBe(true)
      expect(parts.filter((part) => part.type === 'image')).toHaveLength(history.reduce((sum, turn) => sum + turn.images.length, 0))
      const all = parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('')
      for (const own of [...kept.flatMap((turn) => [turn.question, turn.answer]), last]) expect(all).toContain(own.trim())
    }),
  )
})
