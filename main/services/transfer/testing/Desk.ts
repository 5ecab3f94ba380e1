import { readFile } from 'node:fs/promises'
import { unzipSync } from 'fflate'
import { chatsDocument } from '../../../contract/domains/transfer.ts'
import type { ChatsDocument } from '../../../contract/domains/transfer.ts'
import { temporaryFolder } from '../../../platform/testing.ts'
import type { Services } from '../../createServices.ts'
import type { ScriptedEngine } from '../../testing/ScriptedEngine.ts'
import { testServices } from '../../testing/testServices.ts'
import type { ExportWish } from '../TransferService.ts'

/** A computer with the app on it. */
export interface Desk {
  readonly root: ReturnType<typeof temporaryFolder>
  readonly services: Services
  readonly engine: ScriptedEngine
}

export async function desk(): Promise<Desk> {
  const root = temporaryFolder()
  const made = await testServices(root.path)
  // Room for more than three pictures.
  made.engine.model = { ...made.engine.model, contextSize: 16_384 }
  made.engine.retry()
  return { root, ...made }
}

export async function closeDesk({ services, root }: Desk): Promise<void> {
  await services.dispose()
  root.remove()
}

export const wish = (chats: string[] | null, more: Partial<ExportWish> = {}): ExportWish => ({ chats, format: 'json', originals: true, language: 'en', ...more })

export async function exported(from: Desk, given: ExportWish): Promise<{ path: string; name: string; bytes: Uint8Array }> {
  const { id, name } = await from.services.transfer.export(given)
  const path = from.services.transfer.files.path(id)
  return { path, name, bytes: await readFile(path) }
}

/** `chat.json` of an export. */
export function documentIn(bytes: Uint8Array): ChatsDocument {
  return chatsDocument.parse(JSON.parse(Buffer.from(unzipSync(bytes)['chat.json'] ?? []).toString('utf8')))
}

/** A chat as a person sees it, without ids. */
export function seen({ services }: Desk, chatId: string) {
  const { chat, messages } = services.chats.open(chatId)
  const places = new Map(messages.map(({ id }, index) => [id, index]))
  return {
    ...chat,
    id: '',
    updatedAt: 0,
    messages: messages.map(({ images, parentId, siblings, ...message }) => ({
      ...message,
      id: '',
      chatId: '',
      follows: parentId === null ? null : places.get(parentId),
      version: [siblings.indexOf(message.id) + 1, siblings.length],
      images: images.map(({ id, name, bytes, region }) => ({ id, name, bytes, region })),
    })),
  }
}
