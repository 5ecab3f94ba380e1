import { expect, it } from 'vitest'
import { toEngineError } from './engineError.ts'

it('knows that memory ran out, in our words, the addon\'s and V8\'s', () => {
  const native = Object.assign(new Error('not enough memory'), { code: 'OUT_OF_MEMORY' })
  let thrown: unknown
  try {
    // More than the address space holds.
    thrown = new ArrayBuffer(Number.MAX_SAFE_INTEGER)
  } catch (error) {
    thrown = error
  }
  expect(toEngineError(native)).toMatchObject({ code: 'OUT_OF_MEMORY', params: { detail: 'not enough memory' } })
  expect(toEngineError(thrown)).toMatchObject({ code: 'OUT_OF_MEMORY', params: { detail: 'Array buffer allocation failed' } })
  expect(toEngineError(new RangeError('Invalid array length'))).toMatchObject({ code: 'INTERNAL' })
})
