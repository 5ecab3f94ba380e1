import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { binaryTarget } from './binaryTarget.mjs'

/** A file head of zeros with some bytes set. */
function head(...parts: readonly [at: number, bytes: readonly number[]][]): Buffer {
  const made = Buffer.alloc(256)
  for (const [at, bytes] of parts) made.set(bytes, at)
  return made
}

it('reads the program that runs this test', () => {
  const system = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string]
  expect(binaryTarget(readFileSync(process.execPath).subarray(0, 4096))).toEqual({ system, processors: [process.arch] })
})

it.each([
  ['an ELF file for x64', head([0, [0x7f, 0x45, 0x4c, 0x46, 2, 1]], [18, [62, 0]]), { system: 'linux', processors: ['x64'] }],
  ['an ELF file for arm64', head([0, [0x7f, 0x45, 0x4c, 0x46, 2, 1]], [18, [183, 0]]), { system: 'linux', processors: ['arm64'] }],
  ['a Mach-O file for arm64', head([0, [0xcf, 0xfa, 0xed, 0xfe]], [4, [0x0c, 0, 0, 1]]), { system: 'mac', processors: ['arm64'] }],
  ['a universal Mach-O file', head([0, [0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]], [8, [1, 0, 0, 7]], [28, [1, 0, 0, 0x0c]]), { system: 'mac', processors: ['x64', 'arm64'] }],
  ['a PE file for x64', head([0, [0x4d, 0x5a]], [0x3c, [0x80]], [0x80, [0x50, 0x45, 0, 0, 0x64, 0x86]]), { system: 'win', processors: ['x64'] }],
  ['a PE file for arm64', head([0, [0x4d, 0x5a]], [0x3c, [0x80]], [0x80, [0x50, 0x45, 0, 0, 0x64, 0xaa]]), { system: 'win', processors: ['arm64'] }],
  ['an unknown processor', head([0, [0x7f, 0x45, 0x4c, 0x46, 2, 1]], [18, [0xf3, 0]]), { system: 'linux', processors: ['unknown'] }],
  ['text', Buffer.from('x'.repeat(100)), null],
  ['a text that begins with MZ', Buffer.from(`MZ${'\0'.repeat(100)}`), null],
  ['a file of few bytes', Buffer.from([0x7f, 0x45, 0x4c, 0x46]), null],
])('tells %s', (_what, bytes, target) => {
  expect(binaryTarget(bytes)).toEqual(target)
})
