import { expect, it } from 'vitest'
import type { GgufFile } from '../../../gguf/readGguf.ts'
import type { NativeBinding, NativeModel } from '../../native/binding.d.ts'
import { generateInput } from '../../protocol.ts'
import { Cores } from '../Cores.ts'
import { CacheFolder } from '../disk/CacheFolder.ts'
import { RestoreSpeed } from '../disk/RestoreSpeed.ts'
import type { SnapshotStore } from '../disk/SnapshotStore.ts'
import { fakeAnswer, FakeContext, fakeSampler } from '../testing/FakeContext.ts'
import { readAll } from '../testing/jobs.ts'
import { LoadedModel } from './LoadedModel.ts'
import type { ModelParts } from './LoadedModel.ts'

const turn = async () => await new Promise((resolve) => setImmediate(resolve))
const prompt = Array.from({ length: 100 }, (_, index) => 1 + index)

/** Notes how many steps were made before each change of adapters. */
class Noting extends FakeContext {
  readonly changedAfter: number[] = []
  override async setAdapters(adapters: Parameters<FakeContext['setAdapters']>[0]): Promise<void> {
    this.changedAfter.push(this.steps.length)
    await super.setAdapters(adapters)
  }
}

it('changes adapters behind a question whose chat is still being looked for on disk', async () => {
  const context = new Noting(600, 6)
  let looked = 0
  let found: () => void = () => undefined
  const store: Pick<SnapshotStore, 'find'> = {
    find: async () => {
      looked++
      await new Promise<void>((resolve) => (found = resolve))
      return null
    },
  }
  const model: Pick<NativeModel, 'tokenize'> = { tokenize: () => Int32Array.from(prompt) }
  const binding: Pick<NativeBinding, 'createSampler' | 'returnFreed'> = { createSampler: () => fakeSampler, returnFreed: () => undefined }
  const loaded = new LoadedModel({
    binding: binding as NativeBinding,
    model: model as NativeModel,
    ends: {} as ModelParts['ends'],
    vision: null,
    context,
    file: {} as GgufFile,
    info: { contextSize: 600 } as ModelParts['info'],
    maxActive: 2,
    cores: new Cores(false),
    chats: { store: store as SnapshotStore, speed: new RestoreSpeed(new CacheFolder('unused')), bytesPerCell: 4, saveAfterMs: 1_000_000 },
  })
  const sampling = { temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1, seed: 1 }
  const question = generateInput.parse({ conversation: 'a', prompt: [{ type: 'text', text: 'Why?', trusted: false }], sampling, maxTokens: 8, stopTexts: [], keep: true })
  const { signal } = new AbortController()
  const answer = readAll(loaded.generate(question, signal))
  const change = loaded.setAdapters([], signal)
  while (looked === 0) await turn()
  for (let count = 0; count < 20; count++) await turn()
  expect(context.changedAfter).toEqual([])
  found()
  expect((await answer).tokens).toEqual(fakeAnswer(prompt, 8))
  await change
  expect(context.changedAfter).toEqual([context.steps.length])
})
