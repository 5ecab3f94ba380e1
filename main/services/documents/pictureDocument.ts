import { AppError } from '../../contract/errors/AppError.ts'
import { checkPage, checkPages } from './checkPages.ts'
import type { DocumentPage, OpenDocument } from '../extraction/ports.ts'
import { countPages, DECODE_VERSION, readHeader } from '../images/decode.ts'
import { checkFileSize } from '../images/limits.ts'
import { pictureSource } from '../images/pictureSource.ts'
import type { PixelFiles } from '../images/PixelFiles.ts'
import { recognise } from '../images/recognise.ts'
import type { DocumentFile } from './DocumentFile.ts'

/**
 * A picture as a document of one page, or of several (TIFF); of a moving picture the first frame. Its bytes are read again for
 * every page, and never kept. Rejects `DOCUMENT_UNSUPPORTED`, `DOCUMENT_TOO_MANY_PAGES` and the codes of pictures.
 */
export async function pictureDocument(file: DocumentFile, pixels: PixelFiles, signal?: AbortSignal): Promise<OpenDocument> {
  const { name } = file
  checkFileSize(file.size, name)
  const sha256 = await file.hash(signal)
  const bytes = await file.read(sha256)
  const format = await asDocument(() => recognise(bytes, name))
  const pages = format === 'tiff' ? await countPages(bytes, name) : 1
  checkPages(name, pages)
  // A file of one picture that cannot be used is refused here, for the file's sake; of many, the others can still be read.
  if (pages === 1) await readHeader(bytes, format, name)
  return {
    sha256,
    name,
    pages,
    async page(number, pageSignal): Promise<DocumentPage> {
      checkPage(name, number, pages)
      if (pageSignal?.aborted === true) throw new AppError('ABORTED')
      const ofPage = <T>(work: () => Promise<T>) => (pages === 1 ? work() : namingPage(name, number, work))
      const header = await ofPage(async () => await readHeader(await file.read(sha256), format, name, number - 1))
      const prepare = () => ofPage(async () => await pixels.write(await file.read(sha256), format, name, number - 1))
      // The first picture of a file is what a chat shows of it, so that both share what the engine keeps of it.
      const source = number === 1 ? pictureSource(sha256, name, prepare) : { key: `${sha256}-p${number}-v${DECODE_VERSION}`, name, prepare }
      return { number, ...header, source, text: null }
    },
    dispose: () => Promise.resolve(),
  }
}

/** What is no picture is no PDF either, here. */
async function asDocument<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'IMAGE_NOT_AN_IMAGE') throw new AppError('DOCUMENT_UNSUPPORTED', error.params, { cause: error })
    throw error
  }
}

async function namingPage<T>(name: string, page: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.code === 'IMAGE_DAMAGED') throw new AppError('PAGE_DAMAGED', { name, page, detail: error.params['detail'] ?? '' }, { cause: error })
    throw error
  }
}
