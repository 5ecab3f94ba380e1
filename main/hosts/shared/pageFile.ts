import { extname, join, resolve, sep } from 'node:path'

/** Types of the files a built page consists of. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
}

/**
 * The file of the built page that an address names; null where it leads out of the folder, to a hidden file or to a type the
 * page does not consist of.
 * @param pathname As in `URL.pathname`, still percent-encoded.
 */
export function pageFile(folder: string, pathname: string): { readonly path: string; readonly mime: string } | null {
  const name = decode(pathname === '/' ? '/index.html' : pathname)
  if (name === null || name.includes('\0') || name.includes('\\') || name.split('/').some((part) => part.startsWith('.'))) return null
  const base = resolve(folder), path = resolve(join(base, name))
  const mime = types[extname(path)]
  return mime !== undefined && path.startsWith(base + sep) ? { path, mime } : null
}

function decode(text: string): string | null {
  try {
    return decodeURIComponent(text)
  } catch {
    return null
  }
}
