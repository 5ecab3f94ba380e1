import { wellFormed } from '../wellFormed.ts'

/** Names of sheets as Excel takes them: 31 characters without []:*?/\, none that begins or ends with "'", no two alike, none "History". */
export function sheetNames(titles: readonly string[]): string[] {
  const names: string[] = []
  for (const title of titles) {
    const wanted = tidy(title)
    let name = wanted
    for (let attempt = 2; taken(name, names); attempt++) name = `${shortened(wanted, 31 - ` (${attempt})`.length)} (${attempt})`
    names.push(name)
  }
  return names
}

function tidy(title: string): string {
  const name = shortened(wellFormed(title).replaceAll(/[[\]:*?/\\\u0000-\u001f\ufffe\uffff]/g, ' ').replaceAll(/^[\s']+|[\s']+$/g, ''), 31).replace(/[\s']+$/, '')
  return name === '' ? 'Sheet' : name
}

/** Not through the middle of a character. */
function shortened(text: string, length: number): string {
  const cut = text.slice(0, length)
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

const taken = (name: string, names: readonly string[]): boolean => [...names, 'History'].some((other) => other.toLowerCase() === name.toLowerCase())
