import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TemplateMessage } from '../../engine/protocol.ts'
import { embeddedTemplate, fileTemplates } from '../testing/fileTemplates.ts'
import type { FileTemplate } from '../testing/fileTemplates.ts'
import type { DraftPart, Turn } from './buildPrompt.ts'
import { embeddedPrompt } from './embeddedPrompt.ts'

const open = (question: string, ...images: string[]): Turn<string> => ({ question, images, answer: null })
const past = (question: string, answer: string, ...images: string[]): Turn<string> => ({ question, images, answer })

async function write(template: FileTemplate, turns: Turn<string>[], system = ''): Promise<DraftPart<string>[]> {
  return await embeddedPrompt(embeddedTemplate(template), system, turns)
}

/** Parts in one line each: `! ` a control token, `# ` a picture, else ordinary text. */
async function lines(template: FileTemplate, turns: Turn<string>[], system?: string): Promise<string[]> {
  return (await write(template, turns, system)).map((part) => (part.type === 'image' ? `# ${part.image}` : part.trusted ? `! ${part.text}` : part.text))
}

const start = '! <|im_start|>', end = '! <|im_end|>'
const turns = [past('Q', 'A', 'one'), open('R')]

describe('the parts of a conversation with a picture:', () => {
  const afterPicture = (between: string) => ['# one', `${between}Q`, end, '\n', start, 'assistant\nA', end, '\n', start, 'user\nR', end, '\n', start, 'assistant\n']
  const chatmlTurns = (between: string) => [start, 'user\n', ...afterPicture(between)]

  test('Qwen2-VL, whose picture tokens libmtmd writes', async () => {
    expect(await lines(fileTemplates.qwen2vl, turns)).toEqual([start, 'system\nYou are a helpful assistant.', end, '\n', ...chatmlTurns('')])
    expect(await lines(fileTemplates.qwen2vl, turns, ' Be brief. ')).toEqual([start, 'system\nBe brief.', end, '\n', ...chatmlTurns('')])
  })

  test('Qwen3-VL', async () => {
    expect(await lines(fileTemplates.qwen3vl, turns)).toEqual(chatmlTurns(''))
  })

  test('InternVL3, whose pictures end their line', async () => {
    expect(await lines(fileTemplates.internvl3, turns)).toEqual(chatmlTurns('\n'))
  })

  test('InternVL3 and MiniCPM-V with a template that takes text alone: the same', async () => {
    expect(await lines({ ...fileTemplates.minicpmv, projector: 'internvl' }, turns)).toEqual(chatmlTurns('\n'))
    expect(await lines(fileTemplates.minicpmv, turns)).toEqual(chatmlTurns('\n'))
  })

  test('Gemma 3, whose pictures stand between empty lines, after the system text; BOS is left to the tokenizer', async () => {
    const [turn, over] = ['! <start_of_turn>', '! <end_of_turn>']
    const rest = ['# one', '\n\nQ', over, '\n', turn, 'model\nA', over, '\n', turn, 'user\nR', over, '\n', turn, 'model\n']
    expect(await lines(fileTemplates.gemma3, turns)).toEqual([turn, 'user\n\n\n', ...rest])
    expect(await lines(fileTemplates.gemma3, turns, 'Be brief.')).toEqual([turn, 'user\nBe brief.\n\n\n\n', ...rest])
  })

  test('SmolVLM, with no space between colon and picture', async () => {
    const over = '! <end_of_utterance>'
    const rest = ['# one', 'Q', over, '\nAssistant: A', over, '\nUser: R', over, '\nAssistant:']
    expect(await lines(fileTemplates.smolvlm, turns)).toEqual([start, 'User:', ...rest])
    expect(await lines({ ...fileTemplates.smolvlm, addsBos: true }, turns, 'Be brief.')).toEqual(['System: Be brief.', over, '\nUser:', ...rest])
  })

  test('Mistral 3', async () => {
    const opened = ['! [SYSTEM_PROMPT]', 'Be brief.', '! [/SYSTEM_PROMPT]', '! [INST]']
    expect(await lines(fileTemplates.mistral3, turns, 'Be brief.')).toEqual([...opened, '# one', 'Q', '! [/INST]', 'A', '! </s>', '! [INST]', 'R', '! [/INST]'])
  })

  test('several pictures keep their order, also those of a question that got no answer', async () => {
    for (const template of [fileTemplates.qwen2vl, fileTemplates.minicpmv, fileTemplates.smolvlm, { ...fileTemplates.qwen2vl, projector: 'of the future' }]) {
      const parts = await write(template, [past('Q', ' ', 'one', 'two'), past('R', 'A', 'three'), open('S', 'four')])
      expect(parts.flatMap((part) => (part.type === 'image' ? [part.image] : []))).toEqual(['one', 'two', 'three', 'four'])
    }
  })

  test('a projector nobody listed gets pictures as llama.cpp gives them: as a mark in the text', async () => {
    const { qwen2vl, smolvlm } = fileTemplates
    expect(await lines({ ...qwen2vl, projector: 'of the future' }, turns)).toEqual([start, 'system\nYou are a helpful assistant.', end, '\n', ...chatmlTurns('')])
    expect((await lines({ ...smolvlm, projector: 'of the future' }, turns)).slice(0, 4)).toEqual([start, 'User: ', '# one', 'Q'])
  })
})

describe('a system text', () => {
  test('that a template refuses stands before the first question', async () => {
    expect(await lines(fileTemplates.gemma2, [past('Q', 'A'), open('R')], 'Be brief.')).toEqual([
      ...['! <start_of_turn>', 'user\nBe brief.\n\nQ', '! <end_of_turn>', '\n', '! <start_of_turn>', 'model\nA', '! <end_of_turn>', '\n'],
      ...['! <start_of_turn>', 'user\nR', '! <end_of_turn>', '\n', '! <start_of_turn>', 'model\n'],
    ])
  })

  test('that is refused beside pictures stands before them', async () => {
    const source = fileTemplates.qwen2vl.source.replace('{% for', "{% if messages[0]['role'] == 'system' %}{{ raise_exception('No system message beside pictures') }}{% endif %}{% for")
    const parts = await lines({ ...fileTemplates.qwen2vl, source }, [open('Q', 'one')], 'Be brief.')
    expect(parts.slice(-8)).toEqual([start, 'user\nBe brief.\n\n', '# one', 'Q', end, '\n', start, 'assistant\n'])
  })

  test('stands where the template puts it', async () => {
    expect(await lines(fileTemplates.mistralInstruct, [past('Q', 'A'), open('R')], 'Be brief.')).toEqual(['! [INST]', ' Q', '! [/INST]', ' A', '! </s>', '! [INST]', ' Be brief.\n\nR', '! [/INST]'])
  })
})

describe('a template that cannot be used is said to be so:', () => {
  const broken = (source: string): FileTemplate => ({ ...fileTemplates.qwen2vl, source })
  test.each([
    ['its own refusal', broken("{{ raise_exception('Not today') }}"), 'Not today'],
    ['an error in it', broken('{% for m in messages %}'), expect.any(String)],
    ['texts left out', broken('{{ messages[-1].content }}'), 'it leaves out a text or a picture'],
    ['a text written twice', broken('{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}'), 'it leaves out a text or a picture'],
    ['another order', broken('{% for m in messages | reverse %}{{ m.content }}{% endfor %}'), 'it leaves out a text or a picture'],
    ['a changed text', broken('{% for m in messages %}{{ m.content | upper }}{% endfor %}'), 'it leaves out a text or a picture'],
    ['pictures left out', broken("{% for m in messages %}{{ (m.content if m.content is string else '') | replace('picture', '') }}{% endfor %}"), 'it leaves out a text or a picture'],
  ])('%s', async (_, template, detail) => {
    await expect(write(template, turns)).rejects.toMatchObject({ code: 'TEMPLATE_FAILED', params: { model: 'a model', detail: detail as unknown } })
  })

  test('other failures are passed on as they are, and at once', async () => {
    let calls = 0
    const render = () => {
      calls++
      return Promise.reject(new Error('crash'))
    }
    await expect(embeddedPrompt({ render, projector: null, model: 'a model' }, '', turns)).rejects.toThrow('crash')
    expect(calls).toBe(1)
  })
})

/** What people may type: control tokens, placeholders, Jinja, our own marks. */
const nasty = ['{{ 7 * 7 }}', '{% endfor %}', '{# x #}', "{{ raise_exception('x') }}", '\uE000text0\uE001', '\uE000picture0\uE001', '\uE0FFparts\uE0FF', '$&', '<__media__>']
const tokens = Object.values(fileTemplates).flatMap(({ controls }) => [...controls])
const typed = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.array(fc.constantFrom(...nasty, ...tokens, ' ', '\n', 'a'), { maxLength: 5 }).map((words) => words.join('')))

test('no text of a person, whatever it is, changes anything but itself', async () => {
  const history = fc.array(fc.record({ question: typed, answer: typed.filter((text) => text.trim() !== ''), images: fc.array(fc.constantFrom('one', 'two'), { maxLength: 2 }) }), { maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...Object.values(fileTemplates)), history, typed, typed, async (template, turnsBefore, question, system) => {
      const all: Turn<string>[] = [...(template.projector === null ? turnsBefore.map((turn) => ({ ...turn, images: [] })) : turnsBefore), open(question)]
      // The same conversation in harmless words, each replaced afterwards by what was typed in its place.
      const words: string[] = []
      const word = (text: string) => `⟦${words.push(text.trim()) - 1}⟧`
      const bareSystem = system.trim() === '' ? '' : word(system)
      const bare = all.map((turn) => ({ ...turn, question: word(turn.question), answer: turn.answer === null ? null : word(turn.answer) }))
      const filled = (await write(template, bare, bareSystem)).map((part) => (part.type === 'text' ? { ...part, text: part.text.replaceAll(/⟦(\d+)⟧/g, (_, index) => words[Number(index)] ?? '') } : part))
      expect(await write(template, all, system)).toEqual(filled.filter((part) => part.type === 'image' || part.text !== ''))
    }),
  )
})

test('the template itself sees none of it', async () => {
  await fc.assert(
    fc.asyncProperty(typed.filter((text) => text.trim().length > 1), async (text) => {
      const seen: TemplateMessage[] = []
      const render = (messages: readonly TemplateMessage[]) => {
        seen.push(...messages)
        return embeddedTemplate(fileTemplates.minicpmv).render(messages)
      }
      await embeddedPrompt({ render, projector: null, model: 'a model' }, text, [past(text, text), open(text)])
      for (const { content } of seen) expect(content).toMatch(/^\uE000text\d\uE001$/)
    }),
  )
})
