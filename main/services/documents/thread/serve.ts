import type { MessagePort } from 'node:worker_threads'
import { unreachable } from '../../../platform/unreachable.ts'
import type { PdfCall, PdfCalls, PdfFailure, PdfHandle, PdfReply, PdfRequest, PdfThreadData } from '../protocol.ts'
import { PdfError } from './PdfError.ts'
import { Pdfium } from './Pdfium.ts'
import { PdfPages } from './PdfPages.ts'

/** Answers requests one after the other, each with one reply. */
export async function serve(port: MessagePort, data: PdfThreadData): Promise<void> {
  const pdfium = await Pdfium.start(data)
  const open = new Map<number, PdfPages>()
  port.on('message', (request: PdfRequest) => {
    const reply = replyTo(request, pdfium, open)
    port.postMessage(reply, transferOf(reply))
  })
}

function replyTo(request: PdfRequest, pdfium: Pdfium, open: Map<number, PdfPages>): PdfReply {
  const failed = (failure: PdfFailure, detail: string, ends: boolean): PdfReply => ({ ok: false, failure, detail, ends, memory: pdfium.memory })
  pdfium.takeRefusal()
  try {
    const value = answer(request, pdfium, open)
    // PDFium leaves out what it finds no memory for, such as a picture, and goes on.
    return pdfium.takeRefusal() ? failed('memory', '', true) : { ok: true, value, memory: pdfium.memory }
  } catch (error) {
    if (error instanceof PdfError && !pdfium.takeRefusal()) return failed(error.failure, error.message, false)
    // PDFium gave up in the middle of something: what it holds makes no sense any more.
    const detail = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error)
    return failed(pdfium.takeRefusal() || error instanceof PdfError ? 'memory' : 'damaged', detail, true)
  }
}

function answer(request: PdfRequest, pdfium: Pdfium, open: Map<number, PdfPages>): PdfCalls[PdfCall]['output'] {
  switch (request.call) {
    case 'open':
      return { pages: pagesOf(request.input.document, pdfium, open).count }
    case 'look':
      return pagesOf(request.input.document, pdfium, open).look(request.input.page)
    case 'draw':
      return pagesOf(request.input.document, pdfium, open).draw(request.input.page)
    case 'close':
      open.get(request.input.key)?.close()
      open.delete(request.input.key)
      return { closed: true }
    default:
      return unreachable(request)
  }
}

function pagesOf({ key, location }: PdfHandle, pdfium: Pdfium, open: Map<number, PdfPages>): PdfPages {
  const found = open.get(key) ?? PdfPages.open(pdfium, location)
  open.set(key, found)
  return found
}

/** Pixels change hands instead of being copied. */
function transferOf(reply: PdfReply): ArrayBuffer[] {
  if (!reply.ok || !('data' in reply.value)) return []
  return reply.value.data.buffer instanceof ArrayBuffer ? [reply.value.data.buffer] : []
}
