import core from 'highlight.js/lib/core'
import bash from 'highlight.js/lib/languages/bash'
import c from 'highlight.js/lib/languages/c'
import cpp from 'highlight.js/lib/languages/cpp'
import csharp from 'highlight.js/lib/languages/csharp'
import css from 'highlight.js/lib/languages/css'
import diff from 'highlight.js/lib/languages/diff'
import go from 'highlight.js/lib/languages/go'
import ini from 'highlight.js/lib/languages/ini'
import java from 'highlight.js/lib/languages/java'
import javascript from 'highlight.js/lib/languages/javascript'
import json from 'highlight.js/lib/languages/json'
import kotlin from 'highlight.js/lib/languages/kotlin'
import markdown from 'highlight.js/lib/languages/markdown'
import php from 'highlight.js/lib/languages/php'
import powershell from 'highlight.js/lib/languages/powershell'
import python from 'highlight.js/lib/languages/python'
import ruby from 'highlight.js/lib/languages/ruby'
import rust from 'highlight.js/lib/languages/rust'
import shell from 'highlight.js/lib/languages/shell'
import sql from 'highlight.js/lib/languages/sql'
import swift from 'highlight.js/lib/languages/swift'
import typescript from 'highlight.js/lib/languages/typescript'
import xml from 'highlight.js/lib/languages/xml'
import yaml from 'highlight.js/lib/languages/yaml'

const languages = {
  bash, c, cpp, csharp, css, diff, go, ini, java, javascript, json, kotlin, markdown, php, powershell, python, ruby, rust, shell, sql,
  swift, typescript, xml, yaml,
}
for (const [name, definition] of Object.entries(languages)) core.registerLanguage(name, definition)

/** A stretch of code of one kind: what highlight.js calls its scope, or none. */
export interface CodePiece {
  readonly text: string
  /** The innermost scope ("string", "keyword"); empty outside of all. */
  readonly scope: string
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#x27;': "'" }

/** Code in pieces by kind; null where its language is none of the common ones. The pieces' texts together are the code. */
export function highlight(code: string, language: string): readonly CodePiece[] | null {
  if (core.getLanguage(language) === undefined) return null
  return toPieces(core.highlight(code, { language, ignoreIllegals: true }).value)
}

/** highlight.js writes HTML of nested spans and five entities; read here, so that nothing of it is ever taken for HTML. */
function toPieces(html: string): readonly CodePiece[] {
  const scopes: string[] = []
  const pieces: CodePiece[] = []
  for (const [, opened, closed, text] of html.matchAll(/<span class="(?:hljs-)?([^"]*)">|(<\/span>)|([^<]+)/g)) {
    if (opened !== undefined) scopes.push(/^[a-z]+/.exec(opened)?.[0] ?? '')
    else if (closed !== undefined) scopes.pop()
    else if (text !== undefined) pieces.push({ text: text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity), scope: scopes.at(-1) ?? '' })
  }
  return pieces
}
