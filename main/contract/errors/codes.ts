/** Values that fill the sentence of an error: names, paths, sizes. Never free text meant for a person. */
export type ErrorParams = Readonly<Record<string, string | number>>

/**
 * Every way the app can fail, with the parameters its sentence uses.
 * The sentences stand in `texts.en.ts` and `texts.zh.ts`; a missing one is a compile error.
 */
export const errorCodes = [
  // Images. `name` is the file's name as the person knows it.
  'IMAGE_MISSING', // name
  'IMAGE_EMPTY', // name
  'IMAGE_NOT_AN_IMAGE', // name, found (what the bytes look like: "text", "pdf", "zip", ...; `found.ts` has the words)
  'IMAGE_UNSUPPORTED', // name, found (a picture format we cannot read yet, e.g. "heic")
  'IMAGE_DAMAGED', // name, detail
  'IMAGE_TOO_MANY_PIXELS', // name, width, height, limitMegapixels
  'IMAGE_TOO_LONG', // name, width, height, limit (pixels along the longer side)
  'IMAGE_FILE_TOO_BIG', // name, megabytes, limitMegabytes
  'IMAGE_TOO_SLOW', // name, seconds: it was not decoded by then
  'IMAGE_NEEDS_MEMORY', // name, megabytes: more memory than that is needed to decode it
  'IMAGE_GONE', // id: stored earlier, no longer in the image store
  // Documents: files whose pages are read. `name` is the file's name as the person knows it, `page` counts from 1.
  'DOCUMENT_UNSUPPORTED', // name, found (as with IMAGE_NOT_AN_IMAGE)
  'DOCUMENT_DAMAGED', // name, detail
  'DOCUMENT_LOCKED', // name: opens with a password alone
  'DOCUMENT_PROTECTED', // name: encrypted in a way that is not known here
  'DOCUMENT_NO_PAGES', // name
  'DOCUMENT_TOO_MANY_PAGES', // name, pages, limit
  'DOCUMENT_TOO_BIG', // name, megabytes, limitMegabytes
  'DOCUMENT_CHANGED', // name: written to since it was opened
  'DOCUMENT_CLOSED', // its pages were to be chosen, and it was let go of meanwhile
  'DOCUMENT_TOO_SLOW', // name, seconds: it was not opened by then
  'DOCUMENT_TOO_LARGE', // name, megabytes: more memory than that is needed to open it
  'PAGE_MISSING', // name, page, pages
  'PAGE_DAMAGED', // name, page, detail
  'PAGE_FONTS_MISSING', // name, page, fonts: it has letters that would stay blank, since neither the file nor this computer has their fonts
  'PAGE_TOO_SLOW', // name, page, seconds: it was not drawn by then
  'PAGE_TOO_LARGE', // name, page, megabytes: more memory than that is needed to draw it
  'PAGES_INVALID', // text, pages (of the file): a choice of pages like "1-3, 8-"
  // Files and folders.
  'FILE_MISSING', // path
  'PATH_NOT_WHOLE', // path: does not begin at the root, so nobody knows from where it is meant
  'FILE_LINK_BROKEN', // path, target: a link to a file that is not there
  'FOLDER_TOO_LARGE', // path, most: more files in it than are looked at
  'FILE_UNREADABLE', // path, detail
  'FOLDER_NOT_WRITABLE', // path
  'DISK_FULL', // path
  'NOTHING_KEPT_NOT_WRITABLE', // path: a temporary folder stands in for this session
  'NOTHING_KEPT_DISK_FULL', // path
  // Model and projector files, found out before native code sees them.
  'MODEL_MISSING', // path
  'MODEL_NOT_GGUF', // path, found
  'MODEL_DAMAGED', // path, detail
  'MODEL_IS_PROJECTOR', // path
  'PROJECTOR_MISSING', // path
  'PROJECTOR_NOT_GGUF', // path, found
  'PROJECTOR_DAMAGED', // path, detail
  'PROJECTOR_IS_MODEL', // path
  'PROJECTOR_WIDTH_MISMATCH', // projector, projectorWidth, model, modelWidth
  'PROJECTOR_UNSUPPORTED', // path, type
  'MODEL_UNSUPPORTED', // path, architecture
  'MODEL_HAS_NO_VISION', // model
  'MODEL_LOAD_FAILED', // path, detail
  'MODEL_NONE', // nothing loaded
  'OUT_OF_MEMORY', // detail
  'MODEL_IS_ADAPTER', // path: a LoRA adapter where a model is wanted
  'MODEL_PART_MISSING', // path, part: a model in several files of which one is not there
  'MODEL_NOT_FIRST_PART', // path, part: a model in several files is given as the first of them
  'MODEL_TEXT_ONLY', // model: made without vision, no projector exists for it
  'PROJECTOR_NEEDED', // model: sees pictures, but was given no projector
  'PROJECTOR_OLD', // path: runs, but lacks keys that newer programs want
  'PROJECTOR_INCOMPLETE', // path, keys: cannot run without them
  'PROJECTOR_UNKNOWN', // model: nobody here knows where its projector is to be had
  'PROJECTOR_AUDIO_ONLY', // path: for sound, sees nothing
  'GGUF_VERSION_UNKNOWN', // path, detail: a version or byte order that llama.cpp does not read
  'ADAPTER_MISSING', // path
  'ADAPTER_NOT_GGUF', // path, found
  'ADAPTER_MISMATCH', // path, detail: made for another model
  'TEMPLATE_FAILED', // model, detail: the conversation template inside its file cannot be used
  'MODEL_UNKNOWN', // name: nothing installed or known is called so
  'MODEL_NAME_AMBIGUOUS', // name, models: the names of those it may mean
  // The hub models come from, and downloads.
  'HUB_UNREACHABLE', // host, detail
  'HUB_NEEDS_TOKEN', // repository
  'HUB_NO_ACCESS', // repository
  'HUB_REPOSITORY_MISSING', // repository, with @revision where it is not main
  'HUB_FILE_MISSING', // repository, path
  'HUB_BUSY', // host, seconds
  'HUB_FAILED', // host, status
  'DOWNLOAD_INTERRUPTED', // name, detail
  'DOWNLOAD_WRONG_BYTES', // name
  'DISK_TOO_SMALL', // path, needed, free (gigabytes)
  // Engine process.
  'ENGINE_NOT_BUILT', // detail
  'ENGINE_START_FAILED', // detail
  'ENGINE_CRASHED', // signal or exit code in `how`
  'ENGINE_STOPPED',
  'ENGINE_KEEPS_FAILING', // times
  'ENGINE_FAILED', // detail: llama.cpp reported an error
  'GRAMMAR_INVALID', // detail: the form an answer was to have cannot be used with this model
  // Chats.
  'CONTEXT_FULL', // needed, available, images
  'CHAT_BUSY', // chat title
  'CHAT_MISSING',
  'MESSAGE_MISSING',
  'QUESTION_EMPTY',
  // Templates. `name` is the title or the file's name.
  'TEMPLATE_INVALID', // name, problem (a code of `templateProblemTexts.ts`, with its parameters), path (where in the template; may be empty)
  'TEMPLATE_MISSING', // name
  'TEMPLATE_NAME_AMBIGUOUS', // name, templates: the ids of those it may mean
  'TEMPLATE_SHIPPED', // name: comes with the app and stays
  // Data folder.
  'DATABASE_DAMAGED', // path, kept
  'DATABASE_NEWER', // path, found, known
  'SETTINGS_SET_ASIDE', // kept
  // Runs of documents. `name` is the file's name as the person knows it.
  'RUN_MISSING',
  'RUN_ITEM_MISSING',
  'RECORD_MISSING',
  'RUN_DUPLICATE', // name, first: the file that came first with the same bytes
  'RUN_FILE_CHANGED', // name: other bytes than when it joined
  'RECORD_OTHER_MODEL', // begun, now: what its record was read with and what reads now, as with RUN_OTHER_MODEL
  'RUN_OTHER_MODEL', // begun, now: the models, each with the beginning of its SHA-256 and what else differs, the locale too
  'FOLDER_TOO_MANY_FILES', // path, most
  // Exports of what was read from documents.
  'EXPORT_TOO_LARGE', // name (of the sheet), rows, most
  'EXPORT_UNREADABLE', // name, detail: not an export of ours, or not a whole one
  // Chats out and in. `name` is the file's name, `part` a file inside it.
  'TRANSFER_UNREADABLE', // name, detail: no export that can be imported
  'TRANSFER_NEWER', // name, form
  'TRANSFER_PART_DAMAGED', // name, part, detail
  'TRANSFER_TOO_LARGE', // limit
  'TRANSFER_GONE', // the file of an export or import is no longer there
  // Privacy.
  'OFFLINE', // host
  'ERASE_BUSY',
  // The rest.
  'PORT_IN_USE', // port
  'BAD_INPUT', // detail
  'UNSUPPORTED_HERE', // what
  'CONNECTION_LOST',
  'ABORTED',
  'INTERNAL', // detail
] as const

export type ErrorCode = (typeof errorCodes)[number]
