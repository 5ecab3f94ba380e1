/** Readers look for the header of a PDF in this many bytes. */
const head = 1024

/** TIFF and BigTIFF, in either byte order. */
const tiff = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+']

/** Whether a file may hold several pages, by its first bytes: names and types of files lie. False where it cannot be read. */
export async function hasPages(file: Blob): Promise<boolean> {
  const bytes = await file
    .slice(0, head)
    .arrayBuffer()
    .catch(() => new ArrayBuffer(0))
  const start = new TextDecoder('latin1').decode(bytes)
  return start.includes('%PDF-') || tiff.some((magic) => start.startsWith(magic))
}
