import { tick } from 'svelte'

/**
 * After a modal dialog has closed. The browser has given focus back by then, but where the dialog's own field is taken away at once,
 * Chromium may leave the field that gets the focus without text input: its keys arrive and write nothing. Focus anew mends that.
 */
export async function giveFocusBack(): Promise<void> {
  await tick()
  const { activeElement: back } = document
  if (!(back instanceof HTMLInputElement || back instanceof HTMLTextAreaElement)) return
  back.blur()
  back.focus({ preventScroll: true })
}
