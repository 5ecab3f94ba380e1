import { expect, it } from 'vitest'
import { commandArguments } from '../shared/commandArguments.ts'
import { createProgram, type Actions } from './program.ts'

it('every command is known where the window is chosen, too: in a package it would open one instead', () => {
  const nothing = async () => await Promise.resolve()
  const models = { list: nothing, info: nothing, pull: nothing, import: nothing, remove: nothing, plan: nothing }
  const cache = { usage: nothing, clear: nothing, limit: nothing }
  const chats = { list: nothing, export: nothing, import: nothing }
  const actions: Actions = { ask: nothing, see: nothing, extract: nothing, serve: nothing, api: nothing, models, cache, chats }
  const names = createProgram('1.2.3', actions).commands.map((command) => command.name())
  expect(names).toContain('models')
  for (const name of names) expect(commandArguments(['llava-desk', name], { underElectron: true, packaged: true })).toEqual([name])
})
