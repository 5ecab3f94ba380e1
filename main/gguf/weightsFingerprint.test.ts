import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readGguf } from './readGguf.ts'
import { readModel } from './readModel.ts'
import { writeTextModel, writeTextModelParts } from './testing/writers.ts'
import { weightsFingerprint } from './weightsFingerprint.ts'

describe('weightsFingerprint', () => {
  let folder = ''
  const at = (name: string) => join(folder, name)
  const fingerprint = async (path: string) => await weightsFingerprint(await readModel(path))
  /** Writes a changed copy that is as large and as old as the file. */
  const change = (path: string, copy: string, work: (bytes: Buffer) => void) => {
    const bytes = readFileSync(path)
    const { atime, mtime } = statSync(path)
    work(bytes)
    writeFileSync(copy, bytes)
    utimesSync(copy, atime, mtime)
  }
  const flip = (bytes: Buffer, offset: number) => void bytes.writeUInt8((bytes[offset] ?? 0) ^ 1, offset)
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'fingerprint-'))
    writeTextModel(at('model.gguf'))
    // A whole number of milliseconds, which every file system keeps.
    utimesSync(at('model.gguf'), 1_700_000_000, 1_700_000_000)
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('is the same for the same file, wherever it lies', async () => {
    change(at('model.gguf'), at('same.gguf'), () => undefined)
    expect(await fingerprint(at('same.gguf'))).toBe(await fingerprint(at('model.gguf')))
  })

  it('is another one when a single tensor, an entry of the header or the time differs', async () => {
    const { header } = await readModel(at('model.gguf'))
    const prints = [await fingerprint(at('model.gguf'))]
    for (const { offset } of header.tensors.values()) {
      change(at('model.gguf'), at('other.gguf'), (bytes) => flip(bytes, header.dataStart + offset))
      prints.push(await fingerprint(at('other.gguf')))
    }
    change(at('model.gguf'), at('other.gguf'), (bytes) => flip(bytes, (header.entries.get('general.architecture')?.start ?? 0) + 8))
    prints.push(await fingerprint(at('other.gguf')))
    copyFileSync(at('model.gguf'), at('later.gguf'))
    utimesSync(at('later.gguf'), 1_700_000_001, 1_700_000_001)
    prints.push(await fingerprint(at('later.gguf')))
    expect(new Set(prints).size).toBe(header.tensors.size + 3)
  })

  it('looks into every part of a split model', async () => {
    const parts = writeTextModelParts(at('split'), 3)
    for (const path of parts) utimesSync(path, 1_700_000_000, 1_700_000_000)
    const before = await fingerprint(parts[0] ?? '')
    for (const path of parts) {
      const { header } = await readGguf(path, 'model')
      const place = header.dataStart + ([...header.tensors.values()].at(-1)?.offset ?? 0)
      change(path, path, (bytes) => flip(bytes, place))
      expect(await fingerprint(parts[0] ?? '')).not.toBe(before)
      change(path, path, (bytes) => flip(bytes, place))
      expect(await fingerprint(parts[0] ?? '')).toBe(before)
    }
  })
})
