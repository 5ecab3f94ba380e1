import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { heifBundle } from '../../../launch/bundles.mjs'
import { useHeifThread } from '../heif/readHeif.ts'

/** Bundles the thread from the sources as the app's build does it, inside the clone, and has pictures decoded by it. */
export async function builtHeifThread(): Promise<{ remove(): void }> {
  const root = resolve(import.meta.dirname, '../../../..')
  mkdirSync(join(root, 'build'), { recursive: true })
  const folder = mkdtempSync(join(root, 'build/heif-thread-'))
  await build(heifBundle(root, folder))
  useHeifThread(join(folder, 'heif.cjs'))
  return { remove: () => rmSync(folder, { recursive: true, force: true }) }
}
