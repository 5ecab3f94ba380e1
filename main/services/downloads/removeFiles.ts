import { rm } from 'node:fs/promises'
import { writeError } from '../../platform/fileErrors.ts'
import { modelFile } from '../../platform/paths.ts'
import type { DownloadRow } from '../../storage/downloads.ts'
import type { Store } from '../../storage/Store.ts'
import { allFiles } from '../models/modelFiles.ts'
import { removePart } from './PartFile.ts'
import { unfinishedFiles } from './unfinishedFiles.ts'

/**
 * Deletes what a download has fetched: unfinished files, and finished ones that it made and nobody else uses (a projector
 * serves several quantisations). Rejects what the file system says.
 */
export async function removeFiles(download: Pick<DownloadRow, 'id' | 'files'>, models: string, store: Pick<Store, 'downloads' | 'installedModels'>): Promise<void> {
  const wanted = unfinishedFiles(store.downloads, models, download.id)
  const used = new Set(store.installedModels.list().flatMap(({ files, adapters }) => allFiles(files, adapters)))
  for (const file of download.files) {
    const path = modelFile(models, file.repository, file.path)
    if (wanted.has(path)) continue
    try {
      await removePart(path)
      if (file.made && !used.has(path)) await rm(path, { force: true })
    } catch (error) {
      throw writeError(error, path)
    }
  }
}
