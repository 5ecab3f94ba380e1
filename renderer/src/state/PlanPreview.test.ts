import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Plan, PlanChoices } from '../../../main/contract/domains/library.ts'
import { AppError } from '../../../main/contract/errors/AppError.ts'
import { deferred, type Deferred } from '../transport/deferred.ts'
import { PlanPreview } from './PlanPreview.svelte.ts'
import { planOf } from './testing/models.ts'

const automatic: PlanChoices = { backend: 'auto', contextSize: null, gpuLayers: null, projectorOnGpu: null, kvType: null }

/** A preview whose questions are answered by hand, in whatever order. */
function preview() {
  const questions: { choices: PlanChoices; signal: AbortSignal; answer: Deferred<Plan> }[] = []
  const state = new PlanPreview((choices, signal) => {
    const answer = deferred<Plan>()
    questions.push({ choices, signal, answer })
    return answer.promise
  }, automatic)
  return { state, questions }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

it('asks once for a run of choices, with the last of them', async () => {
  const { state, questions } = preview()
  for (const contextSize of [5, 51, 512, 5120]) state.change({ contextSize })
  expect([questions.length, state.pending]).toEqual([0, true])
  await vi.runAllTimersAsync()
  expect(questions.map(({ choices }) => choices)).toEqual([{ ...automatic, contextSize: 5120 }])
})

it('drops an answer that comes after a newer question', async () => {
  const { state, questions } = preview()
  void state.refresh()
  state.change({ contextSize: 8192 })
  await vi.runAllTimersAsync()
  expect(questions[0]?.signal.aborted).toBe(true)
  questions[1]?.answer.resolve(planOf(8192))
  await vi.runAllTimersAsync()
  questions[0]?.answer.resolve(planOf(4096))
  await vi.runAllTimersAsync()
  expect([state.plan?.chosen.contextSize, state.pending]).toEqual([8192, false])
})

it('keeps the last plan on the screen until the next one is there', async () => {
  const { state, questions } = preview()
  void state.refresh()
  questions[0]?.answer.resolve(planOf(4096))
  await vi.runAllTimersAsync()
  state.change({ kvType: 'q8_0' })
  await vi.runAllTimersAsync()
  expect([state.plan?.chosen.contextSize, state.pending]).toEqual([4096, true])
})

it('tells why there is no plan, and asks nothing more once it is put away', async () => {
  const failing = new PlanPreview(() => Promise.reject(new AppError('MODEL_MISSING', { path: '/x' })), automatic)
  await failing.refresh()
  expect([failing.error?.code, failing.plan]).toEqual(['MODEL_MISSING', null])

  const { state, questions } = preview()
  state.change({ gpuLayers: 3 })
  state.dispose()
  await vi.runAllTimersAsync()
  expect(questions).toHaveLength(0)
})
