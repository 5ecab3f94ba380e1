import { createContext } from 'svelte'
import type { Words } from '../i18n/Words.svelte.ts'
import type { Desk } from './Desk.svelte.ts'

const [getDesk, setDesk] = createContext<Desk>()

export { getDesk, setDesk }

/** The words of the screen; the one thing nearly every component needs. */
export function getWords(): Words {
  return getDesk().words
}
