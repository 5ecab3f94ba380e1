import { readFile } from 'node:fs/promises'
import { toAppError } from '../../contract/errors/AppError.ts'
import { systemCode } from '../../platform/fileErrors.ts'
import { contentPolicy, safetyHeaders } from '../shared/contentPolicy.ts'
import { parseImageAddress, type ImageAddress } from '../shared/imageAddress.ts'
import { pageFile } from '../shared/pageFile.ts'
import { isOurAddress } from './trust.ts'

/** Where the page's files and pictures come from. */
export interface PageSource {
  /** Folder of the built page. */
  readonly renderer: string
  /** A stored picture as a file; rejects with `IMAGE_GONE`. */
  readonly image: (address: ImageAddress) => Promise<{ readonly path: string; readonly mime: string }>
}

const safe = { ...safetyHeaders, 'content-security-policy': contentPolicy() }

const refusal = (status: number): Response => new Response(null, { status, headers: safe })

/** Answers one request of the page. Never rejects: what goes wrong becomes a status. */
export async function answerPage(request: Pick<Request, 'method' | 'url'>, source: PageSource): Promise<Response> {
  if (!isOurAddress(request.url)) return refusal(403)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405)
  const { pathname } = new URL(request.url)
  try {
    const image = parseImageAddress(pathname)
    const file = image === null ? pageFile(source.renderer, pathname) : await source.image(image)
    if (file === null) return refusal(404)
    const headers = { ...safe, 'content-type': file.mime, 'cache-control': image === null ? 'no-cache' : 'private, max-age=31536000, immutable' }
    return new Response(request.method === 'HEAD' ? null : await readFile(file.path), { headers })
  } catch (thrown) {
    if (systemCode(thrown) === 'ENOENT' || toAppError(thrown).code === 'IMAGE_GONE') return refusal(404)
    return refusal(500)
  }
}
