/** What was dropped, folders included: the host tells the path of either. */
export function droppedItems(transfer: DataTransfer): readonly File[] {
  return [...transfer.items].flatMap((item) => {
    const file = item.getAsFile()
    return file === null ? [] : [file]
  })
}
