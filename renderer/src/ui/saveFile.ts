/** Hands a file to the person: the browser, or the window, asks where to or puts it where downloads go. */
export function saveFile(content: Blob, name: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // The download has begun by then; the address alone would keep the bytes in memory.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
