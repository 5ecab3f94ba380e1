/** Device-independent pixels. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where a window stood. */
export interface WindowPlace {
  readonly bounds: Rectangle
  readonly maximized: boolean
}

export const smallestWindow = { width: 480, height: 480 }
export const firstWindow = { width: 1120, height: 800 }

/** Height of a title bar, and how much of its width must be on a screen to take hold of it. */
const grip = { width: 120, height: 32 }

const overlap = (from: number, length: number, otherFrom: number, otherLength: number): number =>
  Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom)

const canBeGripped = (window: Rectangle, screen: Rectangle): boolean =>
  window.y >= screen.y && overlap(window.x, window.width, screen.x, screen.width) >= grip.width && overlap(window.y, grip.height, screen.y, screen.height) >= grip.height

/**
 * Bounds for a new window: the remembered ones where a person could still take hold of the title bar, else the remembered size
 * in the middle of the first screen (a display may have been removed since).
 * @param screens Work areas, the primary one first; never empty.
 */
export function boundsToOpen(remembered: WindowPlace | null, screens: readonly [Rectangle, ...Rectangle[]]): Rectangle {
  const [primary] = screens
  const wanted = remembered?.bounds ?? { ...firstWindow, x: Number.NaN, y: Number.NaN }
  if (screens.some((screen) => canBeGripped(wanted, screen))) return wanted
  const width = Math.min(Math.max(wanted.width, smallestWindow.width), primary.width)
  const height = Math.min(Math.max(wanted.height, smallestWindow.height), primary.height)
  return { width, height, x: primary.x + Math.floor((primary.width - width) / 2), y: primary.y + Math.floor((primary.height - height) / 2) }
}
