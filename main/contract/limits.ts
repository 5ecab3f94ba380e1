/** Most pictures one question takes. */
export const imagesPerQuestion = 16

/** Largest picture file the services take, in megabytes (10^6 bytes). */
export const imageFileMegabytes = 200
