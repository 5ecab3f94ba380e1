/** Something that happened in a review and is worth saying aloud; `reviewSentence` has the words. */
export type ReviewNews =
  | { readonly kind: 'accepted' | 'acceptedRecord' | 'unreadable' | 'edited' | 'takenBack' | 'undone' | 'redone' | 'readAgain'; readonly record: string; readonly field: string; readonly cells: number }
  | { readonly kind: 'saveFailed'; readonly record: string; readonly field: string }
  | { readonly kind: 'arrived'; readonly cells: number }
  | { readonly kind: 'nothingLeft' | 'onlyThis' | 'nothingToUndo' | 'nothingToRedo' | 'firstRecord' | 'lastRecord' | 'threshold' }
