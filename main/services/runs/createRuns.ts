import { Notifier } from '../../platform/Notifier.ts'
import { DocumentShelf } from './DocumentShelf.ts'
import { FolderWatcher } from './FolderWatcher.ts'
import { RecordService } from './RecordService.ts'
import { RunFiles } from './RunFiles.ts'
import type { RunPorts } from './RunPorts.ts'
import { RunService } from './RunService.ts'
import { RunWorker } from './RunWorker.ts'

/** Piles of documents, and what is read from them. */
export interface RunServices {
  readonly runs: RunService
  readonly files: RunFiles
  readonly records: RecordService
  /** Starts working on what is in line, also since earlier starts, and returns. The model should be chosen by then. `only`: on this run and no other. */
  goOn(only?: string | null): void
  /** Stops working; what was being read waits for the next start. */
  dispose(): Promise<void>
}

/** Puts the services of runs together. Nothing is read before `goOn`. */
export function createRuns(ports: RunPorts): RunServices {
  const changes = new Notifier()
  const changed = () => changes.notify()
  const shelf = new DocumentShelf(ports.documents, ports.store.documents)
  const worker = new RunWorker(ports, shelf, changed)
  const joined = () => {
    changed()
    worker.wake()
  }
  const watcher = new FolderWatcher(ports, () => worker.asking, joined)
  const records = new RecordService(ports, shelf, changed)
  const runs = new RunService(ports, worker, records, changes)
  return {
    runs,
    files: new RunFiles(ports, joined),
    records,
    goOn: (only = null) => {
      worker.start(only)
      watcher.start()
    },
    dispose: async () => {
      await watcher.dispose()
      await worker.dispose()
      await runs.forgotten()
      await shelf.dispose()
    },
  }
}
