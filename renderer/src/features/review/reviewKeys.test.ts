import { expect, it } from 'vitest'
import { readCommand, readTyping, type KeyPress } from './reviewKeys.ts'

const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({ key, code: '', shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...change })

it('knows the keys, with Caps Lock on as well', () => {
  expect(['n', 'N', 'a', 'Enter', 'e', 'F2', 'u', 'j', 'PageDown', 'k', 'PageUp', '?'].map((key) => readCommand(press(key)))).toEqual(['next', 'next', 'accept', 'accept', 'edit', 'edit', 'unreadable', 'nextRecord', 'nextRecord', 'previousRecord', 'previousRecord', 'help'])
  expect([readCommand(press('N', { shiftKey: true })), readCommand(press('A', { shiftKey: true })), readCommand(press('Enter', { shiftKey: true })), readCommand(press('U', { shiftKey: true }))]).toEqual(['previous', 'acceptRecord', 'acceptRecord', null])
})

it('goes by the place of a key where the keyboard has no Latin letters', () => {
  expect([readCommand(press('т', { code: 'KeyN' })), readCommand(press('ф', { code: 'KeyA' }))]).toEqual(['next', 'accept'])
})

it('leaves the keys of the system and of the browser alone', () => {
  expect([readCommand(press('n', { ctrlKey: true })), readCommand(press('a', { metaKey: true })), readCommand(press('e', { altKey: true })), readCommand(press('Tab')), readCommand(press('z'))]).toEqual([null, null, null, null, null])
  expect([readCommand(press('z', { ctrlKey: true })), readCommand(press('z', { metaKey: true })), readCommand(press('я', { code: 'KeyZ', ctrlKey: true }))]).toEqual(['undo', 'undo', 'undo'])
  const redo = [press('Z', { ctrlKey: true, shiftKey: true }), press('z', { metaKey: true, shiftKey: true }), press('y', { ctrlKey: true }), press('y', { metaKey: true })]
  expect([...redo, press('y'), press('Y', { ctrlKey: true, shiftKey: true })].map(readCommand)).toEqual(['redo', 'redo', 'redo', 'redo', null, null])
})

it('starts an edit with what numbers and days begin with, and with no letter', () => {
  expect(['1', '９', '-', '.', '$', '¥', 'b', 'n', '中', 'Enter', ' '].map((key) => readTyping(press(key)))).toEqual(['1', '９', '-', '.', '$', '¥', null, null, null, null, null])
  expect(readTyping(press('1', { ctrlKey: true }))).toBeNull()
})
