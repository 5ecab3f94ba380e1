import { expect, it } from 'vitest'
import { commandArguments } from './commandArguments.ts'

const node = { underElectron: false, packaged: false }
const clone = { underElectron: true, packaged: false }
const packed = { underElectron: true, packaged: true }

it('passes everything on under Node, and shows the help where there is nothing', () => {
  expect(commandArguments(['node', 'llava-desk.mjs', 'ask', 'What?'], node)).toEqual(['ask', 'What?'])
  expect(commandArguments(['node', 'llava-desk.mjs', '--oops'], node)).toEqual(['--oops'])
  expect(commandArguments(['node', 'llava-desk.mjs'], node)).toEqual(['--help'])
})

it('opens the window under Electron without a command, whatever switches Chromium gets', () => {
  expect(commandArguments(['electron', '.'], clone)).toBeNull()
  expect(commandArguments(['electron', '--inspect=0', '.', '--no-sandbox'], clone)).toBeNull()
  expect(commandArguments(['llava-desk'], packed)).toBeNull()
  expect(commandArguments(['llava-desk', '/models/llava.gguf'], packed)).toBeNull()
})

it('finds the command behind the switches', () => {
  expect(commandArguments(['electron', '.', '--no-sandbox', 'serve', '--port', '1'], clone)).toEqual(['serve', '--port', '1'])
  expect(commandArguments(['llava-desk', 'ask', '--json', 'serve'], packed)).toEqual(['ask', '--json', 'serve'])
  expect(commandArguments(['llava-desk', 'models', 'list', '--json'], packed)).toEqual(['models', 'list', '--json'])
  expect(commandArguments(['llava-desk', '--version'], packed)).toEqual(['--version'])
})
