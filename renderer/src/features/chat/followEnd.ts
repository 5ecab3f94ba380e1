import type { Attachment } from 'svelte/attachments'

/** Pixels from the end that still count as being there. */
const nearEnd = 48

/**
 * Keeps a scrolling element at its end while its content grows, as long as the person has not scrolled away.
 * Reports whenever being at the end changes. Nothing moves while `held` says that a place is to be kept.
 */
export function followEnd(onchange: (atEnd: boolean) => void, held: () => boolean = () => false): Attachment<HTMLElement> {
  return (scroller) => {
    let following = true
    let lastTop = 0
    const isAtEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < nearEnd
    const toEnd = () => {
      if (following && !held()) scroller.scrollTop = scroller.scrollHeight
    }
    const scrolled = () => {
      // Content that grows also moves the end away; only a scroll upwards is the person's wish to leave it, and a place to be kept.
      if (isAtEnd()) following = true
      else if (held() || scroller.scrollTop < lastTop) following = false
      lastTop = scroller.scrollTop
      onchange(following || isAtEnd())
    }
    const sizes = new ResizeObserver(toEnd)
    for (const child of scroller.children) sizes.observe(child)
    sizes.observe(scroller)
    scroller.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      sizes.disconnect()
      scroller.removeEventListener('scroll', scrolled)
    }
  }
}
