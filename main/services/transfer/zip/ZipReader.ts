import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { crc32, inflateRaw } from 'node:zlib'

const inflate = promisify(inflateRaw)

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7, 4.3.12 and 4.3.16. */
const LOCAL = 0x04034b50
const CENTRAL = 0x02014b50
const END = 0x06054b50
const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22
const LONGEST_COMMENT = 65_535
/** The list of files alone; 65 000 names of ours take 8 MB. */
const LONGEST_LIST = 32 * 1024 * 1024
const STORED = 0
const DEFLATED = 8

/** What is wrong with a ZIP file, for a sentence. */
export class ZipError extends Error {
  override readonly name = 'ZipError'
}

export interface ZipEntry {
  readonly name: string
  /** Unpacked, as the file says; what comes out otherwise is refused. */
  readonly bytes: number
  readonly packed: number
  readonly method: number
  readonly crc: number
  readonly at: number
}

/** Reads single files of a ZIP file, each with a limit that the packed bytes cannot get around. Throws `ZipError`. */
export class ZipReader {
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly #file: FileHandle

  private constructor(file: FileHandle, entries: ReadonlyMap<string, ZipEntry>) {
    this.#file = file
    this.entries = entries
  }

  static async open(path: string): Promise<ZipReader> {
    const file = await open(path)
    try {
      return new ZipReader(file, await readList(file))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  /** The unpacked bytes. */
  async read(entry: ZipEntry, most: number): Promise<Uint8Array> {
    if (entry.bytes > most) throw new ZipError(`it says that it has ${entry.bytes} bytes, and ${most} are the most`)
    const head = await readAt(this.#file, entry.at, LOCAL_BYTES)
    if (head.readUInt32LE(0) !== LOCAL) throw new ZipError('it does not lie where the list says')
    const start = entry.at + LOCAL_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28)
    const packed = await readAt(this.#file, start, entry.packed)
    const bytes = entry.method === STORED ? packed : await unpack(packed, entry.bytes)
    if (bytes.byteLength !== entry.bytes || crc32(bytes) !== entry.crc) throw new ZipError('its bytes are not those that were packed')
    return bytes
  }

  async dispose(): Promise<void> {
    await this.#file.close()
  }
}

async function unpack(packed: Uint8Array, bytes: number): Promise<Buffer> {
  try {
    // One more than it may have: then more is told from exactly as much.
    return await inflate(packed, { maxOutputLength: bytes + 1 })
  } catch (error) {
    throw new ZipError('it cannot be unpacked', { cause: error })
  }
}

async function readList(file: FileHandle): Promise<Map<string, ZipEntry>> {
  const { size } = await file.stat()
  if (size < END_BYTES) throw new ZipError('it is no ZIP file')
  const tail = await readAt(file, Math.max(0, size - END_BYTES - LONGEST_COMMENT), Math.min(size, END_BYTES + LONGEST_COMMENT))
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]))
  if (at < 0 || at + END_BYTES > tail.length || tail.readUInt32LE(at) !== END) throw new ZipError('it is no ZIP file, or its end is missing')
  const count = tail.readUInt16LE(at + 10), bytes = tail.readUInt32LE(at + 12), start = tail.readUInt32LE(at + 16)
  if (count === 0xffff || bytes > LONGEST_LIST || start + bytes > size) throw new ZipError('its list of files is damaged')
  return parseList(await readAt(file, start, bytes), count, size)
}

function parseList(list: Buffer, count: number, size: number): Map<string, ZipEntry> {
  const entries = new Map<string, ZipEntry>()
  let at = 0, packed = 0
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_BYTES > list.length || list.readUInt32LE(at) !== CENTRAL) throw new ZipError('its list of files is damaged')
    const nameBytes = list.readUInt16LE(at + 28), next = at + CENTRAL_BYTES + nameBytes + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
    if (next > list.length) throw new ZipError('its list of files is damaged')
    const entry = parseEntry(list, at, list.toString('utf8', at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes))
    if (entries.has(entry.name)) throw new ZipError(`it holds ${entry.name} twice`)
    packed += entry.packed
    // Files that share their bytes are how small files become huge ones.
    if (packed > size) throw new ZipError('its files overlap')
    entries.set(entry.name, entry)
    at = next
  }
  return entries
}

function parseEntry(list: Buffer, at: number, name: string): ZipEntry {
  const method = list.readUInt16LE(at + 10)
  if ((list.readUInt16LE(at + 8) & 1) !== 0) throw new ZipError(`${name} is encrypted`)
  if (method !== STORED && method !== DEFLATED) throw new ZipError(`${name} is packed in a way this app does not read`)
  return { name, method, crc: list.readUInt32LE(at + 16), packed: list.readUInt32LE(at + 20), bytes: list.readUInt32LE(at + 24), at: list.readUInt32LE(at + 42) }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  let done = 0
  while (done < length) {
    const { bytesRead } = await file.read(buffer, done, length - done, position + done)
    if (bytesRead === 0) throw new ZipError('it breaks off')
    done += bytesRead
  }
  return buffer
}
