import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from '../testing.ts'
import { readExports, writeDefinitions } from './windows.mjs'

const folder = mkdtempSync(join(tmpdir(), 'llava-desk-windows-'))

afterAll(() => {
  rmSync(folder, { recursive: true })
})

/** A 64-bit image with nothing but an export table, in one section at address 0x1000, offset 0x200. */
function makeDll(names: readonly string[]): Buffer {
  const image = Buffer.alloc(0x1000)
  const header = 0x80
  image.writeUInt32LE(header, 0x3c)
  image.write('PE\0\0', header, 'latin1')
  image.writeUInt16LE(1, header + 6)
  image.writeUInt16LE(240, header + 20)
  image.writeUInt16LE(0x20b, header + 24)
  image.writeUInt32LE(0x1000, header + 24 + 112)
  const section = header + 24 + 240
  image.writeUInt32LE(0xe00, section + 8)
  image.writeUInt32LE(0x1000, section + 12)
  image.writeUInt32LE(0xe00, section + 16)
  image.writeUInt32LE(0x200, section + 20)
  image.writeUInt32LE(names.length, 0x200 + 24)
  image.writeUInt32LE(0x1000 + 0x40, 0x200 + 32)
  let text = 0x400
  names.forEach((name, i) => {
    image.writeUInt32LE(text - 0x200 + 0x1000, 0x240 + 4 * i)
    text += image.write(`${name}\0`, text, 'latin1')
  })
  return image
}

test('reads the names a DLL exports', () => {
  expect(readExports(makeDll(['llama_decode', 'ggml_abort']))).toEqual(['llama_decode', 'ggml_abort'])
  expect(() => readExports(Buffer.alloc(0x100))).toThrow('no DLL')
})

test('defines what the addon links with', () => {
  const libraries = join(folder, 'bins')
  mkdirSync(libraries)
  const memory = '?llama_get_memory_breakdown@@YA?AV?$map@X@std@@PEBUllama_context@@@Z'
  writeFileSync(join(libraries, 'llama.v0.5.0.dll'), makeDll(['??0llama@@QEAA@XZ', 'llama_decode', memory]))
  writeFileSync(join(libraries, 'ggml-base.dll'), makeDll(['ggml_abort']))
  writeFileSync(join(libraries, 'ggml-cpu-x64.dll'), makeDll(['ggml_backend_init']))
  const definitions = writeDefinitions(ROOT, folder, [{ name: 'cpu', packageFolder: folder, libraries }])
  expect(readFileSync(join(definitions, 'cpu', 'llama.v0.5.0.def'), 'utf8')).toBe(`LIBRARY llama.v0.5.0.dll\nEXPORTS\nllama_decode\n${memory}\n`)
  expect(readFileSync(join(definitions, 'cpu', 'ggml-base.def'), 'utf8')).toBe('LIBRARY ggml-base.dll\nEXPORTS\nggml_abort\n')
  expect(() => readFileSync(join(definitions, 'cpu', 'ggml-cpu-x64.def'))).toThrow('ENOENT')
  const node = readFileSync(join(definitions, 'node', 'node.def'), 'utf8')
  expect(node).toMatch(/^LIBRARY node\.exe\nEXPORTS\n/)
  expect(node.split('\n')).toEqual(expect.arrayContaining(['napi_create_threadsafe_function', 'napi_create_object', 'napi_module_register']))
})
