/** Puts text on the clipboard, by the older way where the host grants no clipboard permission. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    const place = (event: ClipboardEvent) => {
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
    }
    document.addEventListener('copy', place, { once: true })
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- works without a permission
    document.execCommand('copy')
    document.removeEventListener('copy', place)
  }
}
