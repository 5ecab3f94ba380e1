import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeError } from '../../platform/fileErrors.ts'
import type { HostContext } from '../shared/HostContext.ts'
import { checkTarget, deliver } from './deliver.ts'
import { checkModelOptions } from './loadOptions.ts'
import type { SeeOptions } from './program.ts'
import type { Terminal } from './terminal.ts'
import { withEngine } from './withEngine.ts'

/** `see`: writes what the model gets from a picture, and says how much it is. */
export async function see(image: string, options: SeeOptions, host: HostContext, terminal: Terminal): Promise<void> {
  checkModelOptions(options, true)
  const wanted = (['png', 'embeddings'] as const).flatMap((kind) => {
    const target = options[kind]
    return target === undefined ? [] : [{ kind, target: resolve(target) }]
  })
  for (const { target } of wanted) await checkTarget(target)
  const folder = await mkdtemp(join(tmpdir(), 'llava-desk-see-')).catch((error: unknown) => {
    throw writeError(error, tmpdir())
  })
  try {
    const path = (kind: 'png' | 'embeddings') => (options[kind] === undefined ? null : join(folder, kind))
    const request = { image: resolve(image), png: path('png'), embeddings: path('embeddings') }
    const seen = await withEngine(options, host, terminal, async (oneShot, signal) => await oneShot.see(request, signal))
    for (const { kind, target } of wanted) await deliver(join(folder, kind), target)
    terminal.out(`${seen.width} x ${seen.height} pixels, ${seen.tokens} tokens x ${seen.embeddingWidth}\n`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
