import { randomUUID } from 'node:crypto'

/** A new id of a chat or message; 36 characters. */
export function newId(): string {
  return randomUUID()
}
