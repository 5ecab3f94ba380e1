import type { Review } from '../../state/Review.svelte.ts'
import { unreachable } from '../../unreachable.ts'
import type { ReviewCommand } from './reviewKeys.ts'

/** Does what a command means for the review itself. False where it is a matter of the screen alone, or of the editor. */
export function runCommand(review: Review, command: ReviewCommand): boolean {
  switch (command) {
    case 'next':
      review.next(1)
      return true
    case 'previous':
      review.next(-1)
      return true
    case 'accept':
      review.accept()
      return true
    case 'acceptRecord':
      review.acceptRecord()
      return true
    case 'unreadable':
      review.markUnreadable()
      return true
    case 'takeBack':
      review.takeBack()
      return true
    case 'undo':
      review.undo()
      return true
    case 'redo':
      review.redo()
      return true
    case 'nextRecord':
      review.moveRecord(1)
      return true
    case 'previousRecord':
      review.moveRecord(-1)
      return true
    case 'edit':
    case 'readAgain':
    case 'view':
    case 'pane':
    case 'help':
      return false
    default:
      return unreachable(command)
  }
}
