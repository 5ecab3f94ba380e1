import type { Point } from './pageZoom.ts'

/** What wheel and fingers ask of a picture that can be zoomed and moved. Places are in CSS pixels from the element's corner. */
export interface Gestures {
  zoom(factor: number, at: Point): void
  pan(dx: number, dy: number): void
  /** Mouse, pen or the first finger goes down. Returns what follows it until it lifts; null where nothing is dragged. */
  press(at: Point, event: PointerEvent): Drag | null
  /** Twice at one place, where nothing stops it. */
  pressTwice(at: Point): void
}

/** One drag. */
export interface Drag {
  move(at: Point): void
  /** It lifted; not called where a second finger made it a pinch, or the browser took it away. */
  end(at: Point): void
}

/** One turn of a wheel, or a step of a pinch on a touchpad: Ctrl and up and down zoom, sideways moves. */
export function turnWheel(event: WheelEvent, at: Point, { zoom, pan }: Pick<Gestures, 'zoom' | 'pan'>): void {
  event.preventDefault()
  const sideways = event.shiftKey && !event.ctrlKey
  if (sideways || Math.abs(event.deltaX) > Math.abs(event.deltaY)) pan(-(event.deltaX + (sideways ? event.deltaY : 0)), 0)
  // A pinch comes as many small steps with Ctrl.
  else zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018)), at)
}

/** Where an event is, from the corner of the element. */
export function pointIn(element: Element, { clientX, clientY }: { readonly clientX: number; readonly clientY: number }): Point {
  const { left, top } = element.getBoundingClientRect()
  return { x: clientX - left, y: clientY - top }
}

/** Follows wheel, mouse, pen and fingers on an element whose `touch-action` is none. Returns what ends it. */
export function followGestures(element: HTMLElement, gestures: Gestures): () => void {
  const down = new Map<number, Point>()
  let drag: Drag | null = null

  const wheel = (event: WheelEvent) => turnWheel(event, pointIn(element, event), gestures)
  const press = (event: PointerEvent) => {
    if (event.button !== 0) return
    element.setPointerCapture(event.pointerId)
    down.set(event.pointerId, pointIn(element, event))
    // A second finger: what the first one began becomes a pinch.
    drag = down.size === 1 ? gestures.press(pointIn(element, event), event) : null
  }
  const move = (event: PointerEvent) => {
    const before = down.get(event.pointerId)
    if (before === undefined) return
    const now = pointIn(element, event)
    if (down.size === 2) {
      const [other] = [...down].flatMap(([id, at]) => (id === event.pointerId ? [] : [at]))
      if (other !== undefined) pinch(before, now, other, gestures)
    }
    down.set(event.pointerId, now)
    drag?.move(now)
  }
  const lift = (event: PointerEvent) => {
    if (!down.delete(event.pointerId)) return
    if (event.type === 'pointerup') drag?.end(pointIn(element, event))
    drag = null
  }
  const twice = (event: MouseEvent) => gestures.pressTwice(pointIn(element, event))

  const abort = new AbortController(), { signal } = abort
  element.addEventListener('wheel', wheel, { passive: false, signal })
  element.addEventListener('pointerdown', press, { signal })
  element.addEventListener('pointermove', move, { signal })
  element.addEventListener('pointerup', lift, { signal })
  element.addEventListener('pointercancel', lift, { signal })
  element.addEventListener('dblclick', twice, { signal })
  return () => abort.abort()
}

/** One of two fingers moved from `before` to `now`; what lay between them stays there. */
export function pinch(before: Point, now: Point, other: Point, { zoom, pan }: Pick<Gestures, 'zoom' | 'pan'>): void {
  const apart = (one: Point) => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y))
  pan((now.x - before.x) / 2, (now.y - before.y) / 2)
  zoom(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 })
}
