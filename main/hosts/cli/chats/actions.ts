import { copyFile, rm, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { renameWithRetry } from '../../../platform/atomicWrite.ts'
import { readError, writeError } from '../../../platform/fileErrors.ts'
import type { Store } from '../../../storage/Store.ts'
import type { HostContext } from '../../shared/HostContext.ts'
import { checkTarget } from '../deliver.ts'
import { table } from '../models/table.ts'
import { harmless, jsonText, oneLine, type Terminal } from '../terminal.ts'
import { UsageError } from '../UsageError.ts'
import type { ChatActions, ExportOptions, ImportOptions } from './program.ts'
import { withChats, type OpenChats } from './withChats.ts'
import { wordsOf } from './words.ts'

/** The `chats` commands over the data folder. */
export function chatActions(host: HostContext, terminal: Terminal): ChatActions {
  return {
    list: async (options) => await withChats(host, terminal, options, async ({ store }) => {
        list(store, terminal, options)
        await Promise.resolve()
      }),
    export: async (chats, options) => await withChats(host, terminal, options, async (open) => await exportChats(chats, options, open, terminal)),
    import: async (file, options) => await withChats(host, terminal, options, async (open) => await importChats(file, options, open, terminal)),
  }
}

function list(store: Store, { out, language }: Terminal, { json }: { readonly json?: true }): void {
  const chats = store.chats.list(), words = wordsOf(language)
  if (json === true) out(jsonText(chats))
  else if (chats.length === 0) out(`${words.none}\n`)
  else out(table(chats.map(({ id, title, messages, updatedAt }) => [id, oneLine(title === '' ? words.untitled : title), words.messages(messages), day(updatedAt)])))
}

async function exportChats(names: readonly string[], options: ExportOptions, { store, transfer, signal }: OpenChats, terminal: Terminal): Promise<void> {
  const words = wordsOf(terminal.language)
  if ((names.length === 0) === (options.all !== true)) throw new UsageError(words.nameSome)
  const output = resolve(options.output ?? '.')
  const isFolder = (await stat(output).catch(() => null))?.isDirectory() === true
  if (!isFolder) await checkTarget(output)
  const chats = options.all === true ? null : names.map((name) => idOf(name, store, terminal))
  const made = await transfer.export({ chats, format: options.format, originals: options.originals === true, language: terminal.language }, signal)
  const path = isFolder ? join(output, made.name) : output
  await deliverLarge(transfer.files.path(made.id), path)
  terminal.out(options.json === true ? jsonText({ path, bytes: made.bytes, chats: made.chats, pictures: made.pictures }) : `${words.written(harmless(path), made.chats)}\n`)
}

/** Replaces the target whole, and never holds the file in memory. Rejects `DISK_FULL`, `FOLDER_NOT_WRITABLE`. */
async function deliverLarge(finished: string, target: string): Promise<void> {
  const beside = `${target}.${process.pid}.tmp`
  try {
    await copyFile(finished, beside)
    await renameWithRetry(beside, target)
  } catch (error) {
    await rm(beside, { force: true }).catch(() => undefined)
    throw writeError(error, target)
  }
}

async function importChats(file: string, options: ImportOptions, { transfer, signal }: OpenChats, { out, language }: Terminal): Promise<void> {
  const words = wordsOf(language), path = resolve(file), name = basename(file)
  await stat(path).catch((error: unknown) => {
    throw readError(error, path)
  })
  if (options.dryRun !== true) {
    const outcome = await transfer.import(path, name, options.copies === true ? 'copy' : 'skip', signal)
    out(options.json === true ? jsonText(outcome) : `${words.imported(outcome.chats.length, outcome.skipped)}\n`)
    return
  }
  const preview = await transfer.inspect(path, name, signal)
  if (options.json === true) {
    out(jsonText(preview))
    return
  }
  const skipped = options.copies === true ? 0 : preview.chats.filter(({ identical }) => identical).length
  out(table(preview.chats.map(({ title, messages, pictures, identical }) => [oneLine(title === '' ? words.untitled : title), words.messages(messages), words.pictures(pictures), identical ? words.here : ''])))
  out(`${words.wouldImport(preview.chats.length - skipped, skipped)}\n`)
}

/** Throws `UsageError`. */
function idOf(name: string, store: Store, { language }: Terminal): string {
  const chats = store.chats.list()
  const byId = chats.find(({ id }) => id === name)
  if (byId !== undefined) return byId.id
  const [first, second] = chats.filter(({ title }) => title === name)
  if (first === undefined) throw new UsageError(wordsOf(language).missing(name))
  if (second !== undefined) throw new UsageError(wordsOf(language).ambiguous(name))
  return first.id
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10)
