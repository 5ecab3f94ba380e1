/**
 * One line of progress. The README names the same time.
 * @param {number} percent
 */
export function progressLine(percent) {
  return `Building the image engine (once, about two minutes on two cores): ${percent} %`
}
