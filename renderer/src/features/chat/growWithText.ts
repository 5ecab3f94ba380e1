import type { Attachment } from 'svelte/attachments'

/** Makes a text area as high as its text, up to its CSS `max-height`. `text` is read so that changes from outside count too. */
export function growWithText(text: () => string): Attachment<HTMLTextAreaElement> {
  return (area) => {
    text()
    area.style.height = 'auto'
    area.style.height = `${area.scrollHeight}px`
  }
}
