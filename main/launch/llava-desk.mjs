#!/usr/bin/env node
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildAddon, buildApp, root } from './build.mjs'
import { reportBuildFailure } from './buildFailure.mjs'

/**
 * The command line from a clone: brings the build up to date (a fast no-op otherwise), then runs the program in this process.
 * Progress goes to stderr; stdout belongs to the command.
 */
const [command, subcommand] = process.argv.slice(2)
const needsEngine = ['serve', 'api', 'ask', 'see', 'extract'].includes(command ?? '') || (command === 'models' && subcommand === 'plan')
const log = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`)

try {
  if (existsSync(join(root, 'main/index.ts'))) {
    await buildApp({ log, parts: command === 'serve' ? ['main', 'renderer'] : ['main'] })
    if (needsEngine) await buildAddon(log)
  }
  await import(pathToFileURL(join(root, 'out/main/index.js')).href)
} catch (error) {
  process.exitCode = reportBuildFailure(error, process.argv.includes('--verbose'))
}
