/** Scripts that computers have fonts for which PDFs name, and often leave out. */
export type Script = 'simplified' | 'traditional' | 'japanese' | 'korean'

/** Scripts by the character set that PDFium asks for (`fpdf_sysfontinfo.h`, the numbers of Windows). */
const CHARSETS: ReadonlyMap<number, Script> = new Map([[128, 'japanese'], [129, 'korean'], [134, 'simplified'], [136, 'traditional']])

/** Fonts that files name without saying what script they are for. */
const FAMILIES: readonly (readonly [RegExp, Script])[] = [
  [/^(n?sim(sun|hei|kai|fang)|st(song|hei|kai|fangsong|zhongsong|xihei)|fangsong|kaiti|heiti|songti|dengxian|microsoft ?yahei)/i, 'simplified'],
  [/^(p?mingliu|msung|mhei|dfkai|microsoft ?jhenghei)/i, 'traditional'],
  [/^(ms-?p?(gothic|mincho)|meiryo|yu ?(gothic|mincho)|koz(min|go)|heisei|ryumin|gothicbbb|hiragino)/i, 'japanese'],
  [/^(batang|gulim|dotum|malgun|hy(smyeongjo|sinmyeongjo|gothic))/i, 'korean'],
]

/** Names of the files of Windows, macOS and Linux, the most legible first. */
const FILES: Readonly<Record<Script, readonly string[]>> = {
  simplified: ['msyh.ttc', 'simsun.ttc', 'simhei.ttf', 'deng.ttf', 'hiragino sans gb.ttc', 'stheiti medium.ttc', 'stheiti light.ttc', 'songti.ttc', 'notosanscjksc-regular.otf', 'sourcehansanssc-regular.otf', 'sourcehansanscn-regular.otf', 'notosanssc-regular.otf', 'wqy-microhei.ttc', 'wqy-zenhei.ttc', 'droidsansfallbackfull.ttf', 'droidsansfallback.ttf', 'gbsn00lp.ttf', 'uming.ttc'],
  traditional: ['msjh.ttc', 'mingliu.ttc', 'notosanscjktc-regular.otf', 'sourcehansanstc-regular.otf', 'notosanstc-regular.otf', 'bsmi00lp.ttf', 'uming.ttc'],
  japanese: ['meiryo.ttc', 'yugothm.ttc', 'msgothic.ttc', 'ヒラギノ角ゴシック w3.ttc', 'hiragino sans w3.ttc', 'notosanscjkjp-regular.otf', 'sourcehansansjp-regular.otf', 'notosansjp-regular.otf', 'ipag.ttf', 'ipagp.ttf', 'takaopgothic.ttf', 'vl-gothic-regular.ttf'],
  korean: ['malgun.ttf', 'gulim.ttc', 'batang.ttc', 'applesdgothicneo.ttc', 'notosanscjkkr-regular.otf', 'sourcehansanskr-regular.otf', 'notosanskr-regular.otf', 'nanumgothic.ttf', 'unbatang.ttf'],
}

/** Files that hold a font for each script, in this order. */
const SHARED_FILES = ['notosanscjk-regular.ttc', 'notoserifcjk-regular.ttc', 'sourcehansans.ttc', 'sourcehansans-regular.ttc', 'notosanscjk-vf.otf.ttc', 'notosanscjk-vf.ttf.ttc'] as const
const SHARED_ORDER: readonly Script[] = ['japanese', 'korean', 'simplified', 'traditional']

/** Files with the letters of all of them. */
const BROAD_FILES = ['arial unicode.ttf', 'arialuni.ttf', 'unifont.ttf', 'unifont.otf'] as const

/** A file of a font, by its name in lower case, and which of its fonts (from 0). */
export interface FontName {
  readonly name: string
  readonly face: number
}

/** The script that a font is wanted for; null: none that the app cares about. */
export function scriptOf(charset: number, family: string): Script | null {
  return CHARSETS.get(charset) ?? FAMILIES.find(([pattern]) => pattern.test(family))?.[1] ?? null
}

/** Files to look for, the best first: its own, then those of the other scripts, which share most of its letters. */
export function fontNames(script: Script): FontName[] {
  const first = (name: string): FontName => ({ name, face: 0 })
  const shared = SHARED_FILES.map((name) => ({ name, face: SHARED_ORDER.indexOf(script) }))
  const others = SHARED_ORDER.filter((other) => other !== script && other !== 'korean').flatMap((other) => FILES[other])
  return [...FILES[script].map(first), ...shared, ...BROAD_FILES.map(first), ...others.map(first)]
}
