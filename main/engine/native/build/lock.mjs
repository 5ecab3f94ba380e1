import { renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { readJson } from './json.mjs'

/**
 * Runs `body` while no other process holds the same lock. A lock whose process is gone is taken over.
 * @template T
 * @param {string} path
 * @param {(line: string) => void} log
 * @param {() => Promise<T>} body
 * @returns {Promise<T>}
 */
export async function withLock(path, log, body) {
  let told = false
  while (!tryLock(path)) {
    if (!told) log('Another process is building the image engine; waiting for it.')
    told = true
    await sleep(250)
  }
  try {
    return await body()
  } finally {
    rmSync(path, { force: true })
  }
}

/** @param {string} path */
function tryLock(path) {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, host: hostname() }), { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    if (isStale(path)) removeStale(path)
    return false
  }
}

/** @param {string} path */
function isStale(path) {
  try {
    const { pid, host } = /** @type {{ pid: number, host: string }} */ (readJson(path))
    return host === hostname() && !isAlive(pid)
  } catch (error) {
    // Gone in the meantime, or not written to its end yet; the next look decides.
    return error instanceof SyntaxError && ageOf(path) > 10_000
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {string} path */
function ageOf(path) {
  return Date.now() - statSync(path).mtimeMs
}

/**
 * By way of a rename, so that of two processes that found the lock stale only one removes it.
 * @param {string} path
 */
function removeStale(path) {
  const aside = `${path}.stale-${process.pid}`
  try {
    renameSync(path, aside)
    rmSync(aside, { force: true })
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
}
