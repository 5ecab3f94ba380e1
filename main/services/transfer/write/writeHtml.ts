import { createHash } from 'node:crypto'
import sharp from 'sharp'
import type { ExportedChat } from '../../../contract/domains/transfer.ts'
import { wellFormed } from '../../export/wellFormed.ts'
import { damageAside, openPixels } from '../../images/decode.ts'
import { transferWords } from '../words.ts'
import type { ExportJob } from './ExportJob.ts'
import { htmlStyle } from './htmlStyle.ts'
import type { LeavingPicture } from './Pictures.ts'
import { shownTime, turnsOf } from './turns.ts'

/** Longer side of a picture in a page that is made to be read, in pixels; the JSON export has them whole. */
const SHOWN_SIDE = 1600
/** What every browser shows. An SVG drawing is none of them here: it could bring style and links along. */
const SHOWN_AS: Readonly<Partial<Record<LeavingPicture['image']['format'], string>>> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif', avif: 'image/avif' }

/** One page that needs nothing else: no script, no address but those of its own parts, pictures inside. Texts stand as they were written. */
export async function* writeHtml(job: ExportJob): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for await (const text of page(job)) yield encoder.encode(text)
}

async function* page(job: ExportJob): AsyncGenerator<string> {
  const words = transferWords(job.language)
  const titles = [...titlesOf(job)]
  const title = titles.length === 1 ? (titles[0] ?? words.untitled) : words.chatsFile(titles.length)
  yield head(title, job.language)
  if (titles.length > 1) yield `<h1>${escaped(title)}</h1>\n<nav aria-label="${escaped(words.contents)}"><ol>${titles.map((text, index) => `<li><a href="#chat-${index + 1}">${escaped(text)}</a></li>`).join('')}</ol></nav>\n`
  let index = 0
  for (const chat of job.chats()) yield* article(chat, ++index, titles.length > 1 ? 'h2' : 'h1', job)
  yield `<p class="note">${escaped(words.made(shownTime(job.now, job.language)))}</p>\n</main></body></html>\n`
}

function head(title: string, language: string): string {
  const hash = createHash('sha256').update(htmlStyle).digest('base64')
  // Whatever a model wrote: this page runs nothing and asks nobody for anything.
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}"><meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title><style>${htmlStyle}</style></head>
<body><main>
`
}

async function* article(chat: ExportedChat, number: number, level: 'h1' | 'h2', job: ExportJob): AsyncGenerator<string> {
  const words = transferWords(job.language)
  const below = level === 'h1' ? 'h2' : 'h3'
  yield `<article id="chat-${number}"><${level}>${escaped(titleOf(chat, job))}</${level}>\n<p class="note"><time datetime="${chat.createdAt}">${escaped(shownTime(chat.createdAt, job.language))}</time></p>\n`
  for (const { message, heading, ending } of turnsOf(chat, words)) {
    job.signal.throwIfAborted()
    yield `<section class="${message.role}"><${below}>${escaped(heading)}</${below}>\n`
    if (message.images.length > 0) yield '<div class="pictures">'
    for (const { id, name } of message.images) yield await figure(id, name, job)
    if (message.images.length > 0) yield '</div>\n'
    yield `<p class="text">${escaped(message.text)}</p>\n${ending === null ? '' : `<p class="note">${escaped(ending)}</p>\n`}</section>\n`
  }
  yield '</article>\n'
}

async function figure(id: string, name: string, job: ExportJob): Promise<string> {
  const { mime, bytes } = await shown(await job.pictures.read(id), name, job.originals)
  return `<figure><img src="data:${mime};base64,${Buffer.from(bytes).toString('base64')}" alt="${escaped(name)}"><figcaption>${escaped(name)}</figcaption></figure>`
}

async function shown({ image, bytes }: LeavingPicture, name: string, original: boolean): Promise<{ mime: string; bytes: Uint8Array }> {
  const mime = SHOWN_AS[image.format]
  if (mime !== undefined && (original || Math.max(image.width, image.height) <= SHOWN_SIDE)) return { mime, bytes }
  return await damageAside({ bytes, format: image.format, name }, async () => {
    const side = original ? 32768 : SHOWN_SIDE
    const pixels = (await openPixels(bytes, image.format, name)).resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    // Coded pixels again, from pixels: whatever the file noted is not among them.
    // A photo of a phone would be many times its size as PNG.
    const isLossless = image.format === 'png' || (original && image.format !== 'heic')
    const small = isLossless ? await pixels.png().toBuffer() : await pixels.jpeg({ quality: original ? 95 : 88 }).toBuffer()
    return { mime: (await sharp(small).metadata()).format === 'png' ? 'image/png' : 'image/jpeg', bytes: small }
  })
}

function* titlesOf(job: ExportJob): Generator<string> {
  for (const chat of job.chats()) yield titleOf(chat, job)
}

const titleOf = ({ title }: ExportedChat, { language }: ExportJob): string => (title === '' ? transferWords(language).untitled : title)

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Also for attributes. What turns the direction of a line round is made visible: it could make a page say what it does not. */
function escaped(text: string): string {
  return wellFormed(text)
    .replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign)
    .replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, (sign) => `[U+${sign.charCodeAt(0).toString(16).toUpperCase()}]`)
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')
}
