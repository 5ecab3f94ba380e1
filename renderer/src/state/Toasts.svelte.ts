export interface ToastAction {
  readonly label: string
  readonly run: () => void
}

export interface Toast {
  readonly id: number
  readonly kind: 'info' | 'error'
  readonly text: string
  /** `undo` actions also answer Ctrl+Z while their toast shows. */
  readonly action: (ToastAction & { readonly undo: boolean }) | null
}

/** How long an undo stays on offer, and how long an error stays readable. */
const lifetime = { info: 8000, error: 12_000 }

/** Short notices at the edge of the screen. Each leaves by itself; hovering or focusing the list holds them all. */
export class Toasts {
  list = $state.raw<readonly Toast[]>([])
  #next = 1
  #held = false
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- no template reads it
  readonly #timers = new Map<number, ReturnType<typeof setTimeout>>()

  show(toast: Omit<Toast, 'id'>): void {
    const id = this.#next++
    // The same news once; but each way back leads somewhere else, whatever it says.
    this.list = [...this.list.filter((other) => other.text !== toast.text || other.action !== null), { ...toast, id }].slice(-4)
    if (!this.#held) this.#arm(id, toast.kind)
  }

  error(text: string): void {
    this.show({ kind: 'error', text, action: null })
  }

  dismiss(id: number): void {
    clearTimeout(this.#timers.get(id))
    this.#timers.delete(id)
    this.list = this.list.filter((toast) => toast.id !== id)
    if (this.list.length === 0) this.#held = false
  }

  run(toast: Toast): void {
    this.dismiss(toast.id)
    toast.action?.run()
  }

  /** Runs the newest undo on offer; false where there is none. */
  undo(): boolean {
    const toast = this.list.findLast((candidate) => candidate.action?.undo === true)
    if (toast === undefined) return false
    this.run(toast)
    return true
  }

  hold(held: boolean): void {
    this.#held = held
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    if (!held) for (const toast of this.list) this.#arm(toast.id, toast.kind)
  }

  #arm(id: number, kind: Toast['kind']): void {
    this.#timers.set(id, setTimeout(() => this.dismiss(id), lifetime[kind]))
  }
}
