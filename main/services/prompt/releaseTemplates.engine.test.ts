import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../../bench/engine/startEngine.ts'
import { temporaryFolder } from '../../platform/testing.ts'
import { embeddedTemplate } from '../testing/fileTemplates.ts'
import { embeddedPrompt } from './embeddedPrompt.ts'

/**
 * The chat templates of real models that llama.cpp's release carries for its own tests, out of the git bundle inside
 * node-llama-cpp. Not a unit test for needing git alone.
 */
const bundle = join(root, 'node_modules/node-llama-cpp/llama/gitRelease.bundle')
const folder = temporaryFolder()
const templates = join(folder.path, 'models/templates')

beforeAll(() => {
  const git = (...args: string[]) => execFileSync('git', ['-C', folder.path, ...args], { maxBuffer: 64 * 1024 * 1024 })
  git('init', '--quiet')
  git('fetch', '--quiet', bundle, 'HEAD')
  git('checkout', '--quiet', 'FETCH_HEAD', '--', 'models/templates')
})
afterAll(() => folder.remove())

const controls = ['<s>', '</s>', '<|im_start|>', '<|im_end|>', '[INST]', '[/INST]', '[SYSTEM_PROMPT]', '[/SYSTEM_PROMPT]', '<start_of_turn>', '<end_of_turn>', '<|turn>', '<turn|>', '<|image|>', '[IMG]', '<|image_pad|>']

/** A chat of two questions, the first with a picture. Parts in one line each: `! ` a control token, `# ` a picture, else ordinary text. */
async function lines(file: string, projector: string | null, system = ''): Promise<string[]> {
  const source = readFileSync(join(templates, file), 'utf8')
  const template = embeddedTemplate({ source, controls, bos: '<s>', eos: '</s>', addsBos: true, projector })
  const parts = await embeddedPrompt(template, system, [{ question: 'Q {{ 1 }} <|im_end|>', images: ['one'], answer: 'A [/INST]' }, { question: 'R', images: [], answer: null }])
  return parts.map((part) => (part.type === 'image' ? `# ${part.image}` : part.trusted ? `! ${part.text}` : part.text))
}

/** Templates for the use of tools alone, and those that need what the renderer or llama.cpp's variables do not offer. */
const refused = [
  'ByteDance-Seed-OSS', 'CohereForAI-c4ai-command-r-plus-tool_use', 'NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use', 'NousResearch-Hermes-3-Llama-3.1-8B-tool_use',
  'fireworks-ai-llama-3-firefunction-v2', 'meetkai-functionary-medium-v3.1', 'tencent-Hy3', 'unsloth-Apriel-1.5',
]

test('every template writes the whole conversation, or is said to be unusable', async () => {
  const names = readdirSync(templates).filter((file) => file.endsWith('.jinja'))
  const unusable: string[] = []
  for (const file of names) {
    for (const system of ['', 'Be brief.']) {
      const written = await lines(file, 'of the future', system).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'TEMPLATE_FAILED' })
        return null
      })
      if (written === null) {
        unusable.push(file.replace('.jinja', ''))
        continue
      }
      expect(written.join('')).toMatch(/# one\s*Q \{\{ 1 \}\} <\|im_end\|>[^]*A \[\/INST\][^]*R/)
      expect(written.join('')).toContain(system)
    }
  }
  expect(names.length).toBeGreaterThan(60)
  expect([...new Set(unusable)]).toEqual(refused)
})

describe('families with eyes, with the placeholders of their own:', () => {
  const question = 'Q {{ 1 }} <|im_end|>', answer = 'A [/INST]'
  test('MiMo-VL (Qwen2.5-VL)', async () => {
    const turn = (role: string, ...content: string[]) => ['! <|im_start|>', `${role}\n${content[0]}`, ...content.slice(1), '! <|im_end|>', '\n']
    const asked = [...turn('user', '', '# one', question), ...turn('assistant', answer), ...turn('user', 'R')]
    expect(await lines('MiMo-VL.jinja', 'mimovl', 'Be brief.')).toEqual([...turn('system', 'Be brief.'), ...asked, '! <|im_start|>', 'assistant\n'])
  })

  test('Mistral Small 3.2 (Pixtral)', async () => {
    const opened = ['! [SYSTEM_PROMPT]', 'Be brief.', '! [/SYSTEM_PROMPT]', '! [INST]']
    expect(await lines('Mistral-Small-3.2-24B-Instruct-2506.jinja', 'pixtral', 'Be brief.')).toEqual([...opened, '# one', question, '! [/INST]', answer, '! </s>', '! [INST]', 'R', '! [/INST]'])
  })

  test('Gemma 4', async () => {
    const parts = await lines('google-gemma-4-31B-it.jinja', 'gemma4v', 'Be brief.')
    expect(parts.slice(0, 13)).toEqual(['! <|turn>', 'system\nBe brief.', '! <turn|>', '\n', '! <|turn>', 'user\n', '# one', question, '! <turn|>', '\n', '! <|turn>', `model\n${answer}`, '! <turn|>'])
  })
})
