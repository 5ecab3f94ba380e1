#!/usr/bin/env node
/** Builds the native addon for this project's folder: `node main/engine/native/build/cli.mjs [variant...]`. */
import { join } from 'node:path'
import { ensureAddon } from './ensureAddon.mjs'
import { NATIVE_FOLDER } from './inputs.mjs'

try {
  const names = process.argv.slice(2)
  const { built, addons } = await ensureAddon({
    root: join(NATIVE_FOLDER, '..', '..', '..'),
    log: (line) => console.log(line),
    ...(names.length > 0 ? { variants: names } : {}),
  })
  console.log(`${built ? 'Built' : 'Up to date'}: ${Object.keys(addons).join(', ')}`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
