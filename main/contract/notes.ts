/** What a backend's note says where the machine has no graphics device: pages have their own words for it. All other notes are words of drivers. */
export const noGraphicsDevice = 'no graphics device was found'
