import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { pdfBundle } from '../../../launch/bundles.mjs'

/** The thread's entry, bundled from the sources as the app's build does it; inside the clone, from where it finds its packages. */
export async function builtThread(): Promise<{ entry: string; remove(): void }> {
  const root = resolve(import.meta.dirname, '../../../..')
  mkdirSync(join(root, 'build'), { recursive: true })
  const folder = mkdtempSync(join(root, 'build/pdf-thread-'))
  await build(pdfBundle(root, folder))
  return { entry: join(folder, 'pdf.cjs'), remove: () => rmSync(folder, { recursive: true, force: true }) }
}
