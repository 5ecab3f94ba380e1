/** Most pictures one question takes. */
export const imagesPerQuestion = 16

/** Largest picture file the services take, in megabytes (10^6 bytes). */
export const imageFileMegabytes = 200

/** Largest PDF file the services take, in megabytes (10^6 bytes). It is read in pieces; its offsets must fit 31 bits. */
export const pdfFileMegabytes = 2000

/** Most pages of one document. */
export const pagesPerDocument = 10_000

/** Most options a question may offer: one for each letter of the English alphabet. */
export const mostOptions = 26

/** Longest label of a chat, in UTF-16 code units, and most labels of one chat. */
export const labelLength = 40
export const labelsPerChat = 20
