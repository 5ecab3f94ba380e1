import type { TextKey } from '../../i18n/en.ts'
import type { Keys } from './keyNames.ts'

/** Ways to press it, and what it does. */
export interface KeyRow {
  readonly ways: readonly Keys[]
  readonly text: TextKey
}

export interface KeyGroup {
  readonly title: TextKey
  readonly rows: readonly KeyRow[]
}

/** Every key of the app but those of a review, which has a help of its own. */
export const keyMap: readonly KeyGroup[] = [
  {
    title: 'keys.everywhere',
    rows: [
      { ways: [['Mod', 'K']], text: 'commands.open' },
      { ways: [['Mod', '/']], text: 'keys.title' },
      { ways: [['Mod', 'Shift', 'O']], text: 'sidebar.new' },
      { ways: [['Mod', 'Shift', 'F']], text: 'find.label' },
      { ways: [['Mod', 'B']], text: 'commands.sidebar' },
      { ways: [['Mod', ',']], text: 'settings.title' },
      { ways: [['Mod', 'Z']], text: 'keys.undo' },
    ],
  },
  {
    title: 'keys.chat',
    rows: [
      { ways: [['Enter']], text: 'keys.send' },
      { ways: [['Shift', 'Enter']], text: 'keys.newLine' },
      { ways: [['Escape']], text: 'keys.stop' },
      { ways: [['ArrowUp']], text: 'keys.editLast' },
      { ways: [['Mod', 'V']], text: 'keys.paste' },
      { ways: [['Alt', '1…8']], text: 'keys.format' },
      { ways: [['Alt', '9']], text: 'keys.premise' },
    ],
  },
  {
    title: 'keys.pictures',
    rows: [
      { ways: [['ArrowLeft'], ['ArrowRight']], text: 'keys.nextPicture' },
      { ways: [['+'], ['-']], text: 'keys.zoom' },
      { ways: [['0'], ['1']], text: 'keys.fit' },
      { ways: [['Escape']], text: 'keys.closePicture' },
    ],
  },
]
