import type { Language } from '../language.ts'
import { problemSentence } from '../templateProblemTexts.ts'
import type { ErrorParams } from './codes.ts'

type Words = Readonly<Record<Language, string>>

/** Chinese for what needs no format beside it; in English it is said as it is given. */
const chineseOf: ReadonlyMap<string, string> = new Map([
  ['text', '文本'],
  ['blank text', '空白文本'],
  ['binary data', '二进制数据'],
  ['unknown data', '未知数据'],
  ['nothing (0 bytes)', '空文件（0 字节）'],
  ['a Git LFS pointer', '大文件指针（Git LFS）'],
])

/** Chinese for what is said about a damaged picture (`whyDamaged.ts`). */
const chineseDamage: ReadonlyMap<string, string> = new Map([
  ['its end is missing', '文件末尾缺失'],
  ['its contents contradict each other', '内容自相矛盾'],
  ['the decoding thread ended', '解码线程意外结束'],
])

/** The formats of each kind in lower case, by the names that the image service (file-type's extensions) and the engine give them. */
const kinds: readonly (readonly [Words, formats: string])[] = [
  [{ en: 'a picture', 'zh-CN': '图片' }, 'png jpeg gif flif xcf cr2 cr3 orf arw dng nef rw2 raf icns jxr psd ai eps dwg bpg j2c jp2 jpm jpx mj2 heic ico cur ktx jxl jls'],
  [{ en: 'a video', 'zh-CN': '视频' }, 'mp4 mkv webm mov avi mpg ogv ogm flv 3gp 3g2 mxf mts m4v m4p f4v f4p asf rm swf'],
  [{ en: 'audio', 'zh-CN': '音频' }, 'mid mp1 mp2 mp3 m4a m4b oga ogg ogx opus flac wav spx amr aif qcp ape wv dsf voc ac3 f4a f4b mpc aac it s3m xm'],
  [{ en: 'an archive', 'zh-CN': '压缩包' }, 'zip tar rar gz gzip bz2 7z xz z lz lz4 lzh zst arj ace ar cab cpio dmg deb rpm asar tar.gz'],
  [
    { en: 'a document', 'zh-CN': '文档' },
    'pdf epub mobi rtf ps indd chm cfb docx docm dotx dotm xlsx xlsm xltx xltm pptx pptm potx potm ppsx ppsm odt ods odp odg ott ots otp otg vsdx pst ics vcf vtt',
  ],
  [{ en: 'a web page', 'zh-CN': '网页' }, 'html'],
  [{ en: 'text', 'zh-CN': '文本' }, 'xml'],
  [{ en: 'a font', 'zh-CN': '字体' }, 'woff woff2 eot ttf otf ttc'],
  [{ en: 'a program', 'zh-CN': '程序' }, 'elf macho exe wasm class jar apk crx xpi nes'],
  [{ en: 'a shortcut', 'zh-CN': '快捷方式' }, 'lnk alias'],
  [{ en: 'a 3D model', 'zh-CN': '三维模型' }, 'glb stl 3mf fbx drc blend skp'],
  [{ en: 'a model in another format', 'zh-CN': '其他格式的模型' }, 'ggml safetensors'],
  [{ en: 'data', 'zh-CN': '数据' }, 'sqlite parquet arrow avro jmp sav shp pcap dcm icc mie pgp reg dat'],
]

const kindOf: ReadonlyMap<string, Words> = new Map(kinds.flatMap(([words, formats]) => formats.split(' ').map((format) => [format, words])))

/** The parameters of an error with the words for `found`, `detail` and `problem` in the language of its sentence; what has no words here stays as it is. */
export function foundWords(params: ErrorParams, language: Language): ErrorParams {
  const { found, problem, detail } = params
  return {
    ...params,
    ...(typeof found === 'string' ? { found: wordsFor(found, language) } : {}),
    ...(typeof detail === 'string' && language === 'zh-CN' ? { detail: chineseDamage.get(detail) ?? detail } : {}),
    ...(typeof problem === 'string' ? { problem: problemSentence(problem, params, language) } : {}),
  }
}

function wordsFor(found: string, language: Language): string {
  const kind = kindOf.get(found.toLowerCase()), format = found.toUpperCase()
  if (language === 'en') return kind === undefined ? found : `${kind.en} (${format})`
  return kind === undefined ? (chineseOf.get(found) ?? found) : `${kind['zh-CN']}（${format}）`
}
