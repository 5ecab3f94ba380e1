import { expect, test } from 'vitest'
import { UsageError } from '../UsageError.ts'
import { requestOf } from './pull.ts'

const nothing = { version: 1 as const, models: [] }

test('files of a repository are asked for as they were named', () => {
  const request = { type: 'repository', repository: 'owner/name', revision: 'main', model: 'Q4/m.gguf', projector: null }
  expect(requestOf('owner/name', { model: 'Q4/m.gguf', revision: 'main' }, nothing)).toEqual(request)
})

test.each([
  ['owner/name:Q4_K_M', { model: 'm.gguf', revision: 'main' }, 'owner/name:Q4_K_M is no repository'],
  ['owner/name', { model: '../m.gguf', revision: 'main' }, '--model'],
  ['owner/name', { model: 'm.gguf', mmproj: '/p.gguf', revision: 'main' }, '--mmproj'],
  ['owner/name', { model: 'm.gguf', revision: 'a..b' }, '--revision'],
  ['owner/name', { revision: 'main' }, '--model'],
  ['llava', { model: 'm.gguf', revision: 'main' }, '--model'],
])('%s with %j is a mistake of the command line', (name, options, message) => {
  const asking = () => requestOf(name, options, nothing)
  expect(asking).toThrow(UsageError)
  expect(asking).toThrow(message)
})
