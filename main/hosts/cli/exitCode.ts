import type { ErrorCode } from '../../contract/errors/codes.ts'
import { unreachable } from '../../platform/unreachable.ts'

/** Exit codes of every command. */
export const exitCodes = {
  done: 0,
  /** A file or folder the person named, or this machine's disk or port. */
  inputFailed: 1,
  wrongUsage: 2,
  /** Model, projector or engine; also our own mistakes. */
  engineFailed: 3,
  /** Ended by Ctrl+C: 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOf(code: ErrorCode): ExitCode {
  switch (code) {
    case 'IMAGE_MISSING':
    case 'IMAGE_EMPTY':
    case 'IMAGE_NOT_AN_IMAGE':
    case 'IMAGE_UNSUPPORTED':
    case 'IMAGE_DAMAGED':
    case 'IMAGE_TOO_MANY_PIXELS':
    case 'IMAGE_TOO_LONG':
    case 'IMAGE_TOO_SLOW':
    case 'IMAGE_NEEDS_MEMORY':
    case 'IMAGE_FILE_TOO_BIG':
    case 'IMAGE_GONE':
    case 'DOCUMENT_UNSUPPORTED':
    case 'DOCUMENT_DAMAGED':
    case 'DOCUMENT_LOCKED':
    case 'DOCUMENT_PROTECTED':
    case 'DOCUMENT_NO_PAGES':
    case 'DOCUMENT_TOO_MANY_PAGES':
    case 'DOCUMENT_TOO_BIG':
    case 'DOCUMENT_CHANGED':
    case 'DOCUMENT_CLOSED':
    case 'DOCUMENT_TOO_SLOW':
    case 'DOCUMENT_TOO_LARGE':
    case 'PAGE_MISSING':
    case 'PAGE_DAMAGED':
    case 'PAGE_FONTS_MISSING':
    case 'PAGE_TOO_SLOW':
    case 'PAGE_TOO_LARGE':
    case 'FILE_LINK_BROKEN':
    case 'FOLDER_TOO_LARGE':
    case 'FILE_MISSING':
    case 'FILE_UNREADABLE':
    case 'FOLDER_NOT_WRITABLE':
    case 'DISK_FULL':
    case 'NOTHING_KEPT_NOT_WRITABLE':
    case 'NOTHING_KEPT_DISK_FULL':
    case 'CONTEXT_FULL':
    case 'CHAT_BUSY':
    case 'CHAT_MISSING':
    case 'MESSAGE_MISSING':
    case 'RUN_MISSING':
    case 'RUN_ITEM_MISSING':
    case 'RECORD_MISSING':
    case 'RUN_DUPLICATE':
    case 'RUN_FILE_CHANGED':
    case 'RECORD_OTHER_MODEL':
    case 'RUN_OTHER_MODEL':
    case 'FOLDER_TOO_MANY_FILES':
    case 'DATABASE_DAMAGED':
    case 'DATABASE_NEWER':
    case 'SETTINGS_SET_ASIDE':
    case 'MODEL_UNKNOWN':
    case 'MODEL_NAME_AMBIGUOUS':
    case 'TEMPLATE_INVALID':
    case 'TEMPLATE_MISSING':
    case 'TEMPLATE_NAME_AMBIGUOUS':
    case 'TEMPLATE_SHIPPED':
    case 'HUB_UNREACHABLE':
    case 'HUB_NEEDS_TOKEN':
    case 'HUB_NO_ACCESS':
    case 'HUB_REPOSITORY_MISSING':
    case 'HUB_FILE_MISSING':
    case 'HUB_BUSY':
    case 'HUB_FAILED':
    case 'DOWNLOAD_INTERRUPTED':
    case 'DOWNLOAD_WRONG_BYTES':
    case 'DISK_TOO_SMALL':
    case 'TRANSFER_UNREADABLE':
    case 'TRANSFER_NEWER':
    case 'TRANSFER_PART_DAMAGED':
    case 'TRANSFER_TOO_LARGE':
    case 'TRANSFER_GONE':
    case 'OFFLINE':
    case 'ERASE_BUSY':
    case 'EXPORT_TOO_LARGE':
    case 'EXPORT_UNREADABLE':
    case 'PORT_IN_USE':
    case 'CONNECTION_LOST':
      return exitCodes.inputFailed
    case 'PAGES_INVALID':
    case 'PATH_NOT_WHOLE':
    case 'QUESTION_EMPTY':
    case 'BAD_INPUT':
    case 'GRAMMAR_INVALID':
    case 'UNSUPPORTED_HERE':
      return exitCodes.wrongUsage
    case 'MODEL_MISSING':
    case 'MODEL_NOT_GGUF':
    case 'MODEL_DAMAGED':
    case 'MODEL_IS_PROJECTOR':
    case 'PROJECTOR_MISSING':
    case 'PROJECTOR_NOT_GGUF':
    case 'PROJECTOR_DAMAGED':
    case 'PROJECTOR_IS_MODEL':
    case 'PROJECTOR_WIDTH_MISMATCH':
    case 'PROJECTOR_UNSUPPORTED':
    case 'MODEL_UNSUPPORTED':
    case 'MODEL_HAS_NO_VISION':
    case 'MODEL_LOAD_FAILED':
    case 'MODEL_NONE':
    case 'OUT_OF_MEMORY':
    case 'MODEL_IS_ADAPTER':
    case 'MODEL_PART_MISSING':
    case 'MODEL_NOT_FIRST_PART':
    case 'MODEL_TEXT_ONLY':
    case 'PROJECTOR_NEEDED':
    case 'PROJECTOR_OLD':
    case 'PROJECTOR_INCOMPLETE':
    case 'PROJECTOR_UNKNOWN':
    case 'PROJECTOR_AUDIO_ONLY':
    case 'GGUF_VERSION_UNKNOWN':
    case 'ADAPTER_MISSING':
    case 'ADAPTER_NOT_GGUF':
    case 'ADAPTER_MISMATCH':
    case 'TEMPLATE_FAILED':
    case 'ENGINE_NOT_BUILT':
    case 'ENGINE_START_FAILED':
    case 'ENGINE_CRASHED':
    case 'ENGINE_STOPPED':
    case 'ENGINE_KEEPS_FAILING':
    case 'ENGINE_FAILED':
    case 'INTERNAL':
      return exitCodes.engineFailed
    case 'ABORTED':
      return exitCodes.interrupted
    default:
      return unreachable(code)
  }
}
