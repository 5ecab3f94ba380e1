import { expect, it } from 'vitest'
import { keyNames } from './keyNames.ts'

it('names keys as the keyboard of the system does', () => {
  expect(keyNames(['Mod', 'Shift', 'F'], false)).toEqual(['Ctrl', 'Shift', 'F'])
  expect(keyNames(['Mod', 'Shift', 'F'], true)).toEqual(['⌘', '⇧', 'F'])
  expect(keyNames(['Escape'], false)).toEqual(['Esc'])
  expect(keyNames(['ArrowUp'], true)).toEqual(['↑'])
})
