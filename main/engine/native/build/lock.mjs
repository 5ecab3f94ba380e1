import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'

/** Milliseconds between two looks of a process that waits. */
const PACE = 250
/** A holder shows that it lives once in the time of so many looks: every second. */
const SIGN_EVERY = 4
/** Looks without a sign of life after which a lock was left behind: 15 s. */
const PATIENCE = 60
/** The same where the last sign of life is older than that by the clock: a holder whose clock has jumped gives another within these 3 s. */
const PATIENCE_WITH_THE_OLD = 12

/**
 * Runs `body` while no other process holds the same lock, a file.
 *
 * [Note: Signs of life] A process that is gone leaves its lock behind, and after a power cut its id may be somebody else's. So a
 * holder touches its lock again and again, and one that is not touched is taken over, whatever lives under its id. Waiters count
 * their own looks: clocks jump, and no look is taken while the machine sleeps. What `body` does must therefore leave the event
 * loop free; a process that stands still for 15 s (Ctrl+Z) loses its lock.
 * @template T
 * @param {string} path
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} body
 * @param {number} [pace] Milliseconds between two looks; all other times are multiples of it.
 * @returns {Promise<T>}
 */
export async function withLock(path, log, body, pace = PACE) {
  const own = JSON.stringify({ pid: process.pid, host: hostname(), hold: randomUUID() })
  await take(path, own, log, pace)
  const signs = setInterval(() => touch(path, own), SIGN_EVERY * pace).unref()
  try {
    return await body()
  } finally {
    clearInterval(signs)
    // Whoever has taken it over meanwhile keeps it.
    if (look(path)?.text === own) rmSync(path, { force: true })
  }
}

/**
 * @param {string} path
 * @param {string} own
 * @param {(line: string) => void} log
 * @param {number} pace
 */
async function take(path, own, log, pace) {
  /** @type {Look | null} */
  let last = null
  let same = 0
  while (!create(path, own)) {
    const seen = look(path)
    if (seen === null) continue
    if (isOfGoneProcess(seen)) {
      remove(path, seen)
      continue
    }
    if (last === null) log('Another process is building; waiting for it. Should it give no sign of life for 15 s, this one goes on without it.')
    same = last?.text === seen.text && last.time === seen.time ? same + 1 : 0
    last = seen
    const isOld = Math.abs(Date.now() - seen.time) > PATIENCE * PACE
    if (same >= (isOld ? PATIENCE_WITH_THE_OLD : PATIENCE)) {
      log('The other process gives no sign of life; going on without it.')
      remove(path, seen)
    } else await sleep(pace)
  }
}

/**
 * @param {string} path
 * @param {string} own
 */
function create(path, own) {
  try {
    writeFileSync(path, own, { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return false
  }
}

/**
 * What a lock says, and when it was last touched.
 * @typedef {{ text: string, time: number }} Look
 */

/**
 * @param {string} path
 * @returns {Look | null} Null where there is no lock.
 */
function look(path) {
  try {
    return { text: readFileSync(path, 'utf8'), time: statSync(path).mtimeMs }
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return null
  }
}

/**
 * @param {string} path
 * @param {string} own
 */
function touch(path, own) {
  try {
    const now = new Date()
    if (look(path)?.text === own) utimesSync(path, now, now)
  } catch {
    // Nobody can be told from here; should the lock be taken over, that process says so.
  }
}

/** @param {Look} seen */
function isOfGoneProcess({ text }) {
  try {
    const { pid, host } = /** @type {{ pid: number, host: string }} */ (JSON.parse(text))
    return host === hostname() && !isAlive(pid)
  } catch {
    // Not written to its end, yet or for ever.
    return false
  }
}

/**
 * Whether a process runs on this machine, under whatever user.
 * @param {number} pid
 * @returns {boolean}
 */
export function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/**
 * Removes the lock that was seen. By way of a rename, so that of two processes only one does; where the other was faster and
 * holds a lock of its own by now, that one is put back.
 * @param {string} path
 * @param {Look} seen
 */
function remove(path, seen) {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return
  }
  if (look(aside)?.text === seen.text) rmSync(aside, { force: true })
  else renameSync(aside, path)
}

/** @param {unknown} error */
function codeOf(error) {
  return /** @type {NodeJS.ErrnoException} */ (error).code
}
