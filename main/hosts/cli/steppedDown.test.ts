import { expect, it } from 'vitest'
import { scriptedModel, ScriptedEngine } from '../../services/testing/ScriptedEngine.ts'
import { steppedDownLine, tellSteppedDown } from './steppedDown.ts'

const steppedDown = { contextSize: 2048, gpuLayers: 22, kvType: 'q8_0' as const }

it('says what a load was made smaller to, in both languages', () => {
  const info = { steppedDown, backend: 'cuda' as const, layers: 33 }
  expect(steppedDownLine(info, 'en')).toBe('The model did not fit into memory in full, so it was loaded with less: a context of 2048 tokens, 22 of 33 layers on the graphics card, KV q8_0.')
  expect(steppedDownLine(info, 'zh-CN')).toBe('内存不足以完整加载此模型，因此已缩减后加载：上下文 2048 个词元，显卡上 22/33 层，KV q8_0。')
  expect(steppedDownLine({ ...info, backend: 'cpu' }, 'en')).not.toContain('layers')
  expect(steppedDownLine({ ...info, steppedDown: null }, 'en')).toBeNull()
})

it('says it once, over a line of progress', () => {
  let error = ''
  const engine = new ScriptedEngine()
  const end = tellSteppedDown(engine, { out: () => undefined, error: (text) => (error += text), outIsScreen: false, errorIsScreen: true, language: 'en' })
  engine.show({ state: 'ready', info: scriptedModel })
  expect(error).toBe('')
  for (let times = 0; times < 2; times++) engine.show({ state: 'ready', info: { ...scriptedModel, steppedDown } })
  expect(error).toMatch(/^\r\u001b\[KThe model did not fit[^\n]*\n$/)
  end()
  expect(engine.subscribers).toBe(0)
})
