import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../../contract/errors/AppError.ts'
import { FastClock } from '../../../platform/testing.ts'
import { take } from './FakeReader.ts'
import { RunBench } from './RunBench.ts'

/**
 * A process that works on the runs of a data folder as the app does, until all are done or it is killed: `runProcess <folder>
 * <milliseconds a page takes> [engine] [record]`. One line on stdout per fact: `ready`, `page <text>` when one is begun, `done`.
 * `engine`: the engine dies once, some time after its first page, and what it was reading fails. `record`: kills itself in the middle
 * of writing a record. Whoever works here looks at what others do fifty times as often as in the app.
 */
const [root = '', pace = '1', ...moments] = process.argv.slice(2)
const bench = new RunBench(root, { clock: new FastClock() })
let isDead = false
let die = () => {}
const died = new Promise<void>((resolve) => (die = resolve))
void died.then(() => (isDead = true))
/** Set when the engine stands again. */
let isBack = false

bench.reader.behave = async ({ pages }, signal) => {
  process.stdout.write(`page ${pages.map(({ text }) => text).join(' ')}\n`)
  if (bench.reader.requests.length === 1 && moments.includes('engine')) setTimeout(die, Math.random() * 150)
  if (isDead && !isBack) {
    // It starts again; whoever asks meanwhile waits.
    await sleep(10)
    isBack = true
  }
  const over = await Promise.race([take(Number(pace) * (0.5 + Math.random()), signal).then(() => 'read'), isBack ? new Promise<never>(() => undefined) : died.then(() => 'died')])
  return over === 'died' ? new AppError('ENGINE_CRASHED', { how: 'SIGKILL' }) : undefined
}

const { records } = bench.store
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
for await (const runs of bench.services.runs.watch()) if (runs.every(({ state }) => state === 'done')) break
process.stdout.write('done\n')
await bench.dispose()
