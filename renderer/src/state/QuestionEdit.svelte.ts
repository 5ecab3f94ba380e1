import type { Message } from '../../../main/contract/domains/chat.ts'
import type { Client } from '../transport/Connection.svelte.ts'
import { Draft } from './Draft.svelte.ts'

/** A question that was asked, while a person makes another version of it: its text and its pictures. */
export class QuestionEdit {
  readonly message: Message
  readonly draft: Draft
  /** Something else stands there than was asked. */
  readonly changed = $derived.by(() => {
    const { text, images } = this.message
    const ids = this.draft.attachments.map(({ image }) => image?.id)
    return this.draft.text.trim() !== text.trim() || ids.length !== images.length || ids.some((id, index) => id !== images[index]?.id)
  })
  /** It can be asked: no picture is still on its way, or failed. */
  readonly ready = $derived.by(() => {
    const { text, failed, tooMany, uploading } = this.draft
    return text.trim() !== '' && !failed && !tooMany && !uploading
  })

  constructor(client: Client, message: Message) {
    this.message = message
    this.draft = new Draft(client, () => undefined)
    this.draft.text = message.text
    this.draft.addStored(message.images)
  }

  /** Lets go of pictures that were added. */
  dispose(): void {
    for (const attachment of this.draft.attachments) this.draft.remove(attachment)
  }
}
