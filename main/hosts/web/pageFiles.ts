import sirv from 'sirv'
import type { PageFiles } from './requests.ts'

/** The built page's files. sirv lists the folder once: only a listed name can be served, whatever an address says. */
export function pageFiles(renderer: string, image: PageFiles['image']): PageFiles {
  return { page: sirv(renderer, { etag: true }), image }
}
