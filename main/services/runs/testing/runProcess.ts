import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../contract/errors/AppError.ts'
import { take } from './FakeReader.ts'
import { RunBench } from './RunBench.ts'

/**
 * A process that works on the runs of a data folder as the app does, until all are done or it is killed: `runProcess <folder>
 * <milliseconds a page takes> [engine] [record]`. One line on stdout per fact: `ready`, `read <name>` after a page was kept, `done`.
 * `engine`: the engine dies once, some time after the start, and what it was reading fails. `record`: kills itself in the middle of
 * writing a record.
 */
const [root = '', pace = '1', ...moments] = process.argv.slice(2)
const bench = new RunBench(root)
const died = moments.includes('engine') ? sleep(5 + Math.random() * 80) : new Promise<void>(() => undefined)
let isDead = false
void died.then(() => (isDead = true))
/** Set when the engine stands again. */
let isBack = false

bench.reader.behave = async (_request, signal) => {
  if (isDead && !isBack) {
    // It starts again; whoever asks meanwhile waits.
    await sleep(10)
    isBack = true
  }
  const over = await Promise.race([take(Number(pace) * (0.5 + Math.random()), signal).then(() => 'read'), isBack ? new Promise<never>(() => undefined) : died.then(() => 'died')])
  return over === 'died' ? new AppError('ENGINE_CRASHED', { how: 'SIGKILL' }) : undefined
}

const { records, runItems } = bench.store
const put = records.put.bind(records)
let left = 1 + Math.floor(Math.random() * 4)
records.put = (record, toReview) => {
  const kill = moments.includes('record') && left-- === 0
  if (kill && Math.random() < 0.5) process.kill(process.pid, 'SIGKILL')
  put(record, toReview)
  if (kill) process.kill(process.pid, 'SIGKILL')
}

bench.store.tidyUp(Date.now())
process.stdout.write('ready\n')
bench.services.goOn()
let shown = 0
for await (const runs of bench.services.runs.watch()) {
  const done = runs.reduce((sum, { counts }) => sum + counts.done, 0)
  if (done > shown) process.stdout.write(`read ${done}\n`)
  shown = done
  if (runs.every(({ state }) => state === 'done')) break
}
process.stdout.write(`done ${runItems.counts().size}\n`)
await bench.dispose()
