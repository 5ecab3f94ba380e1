/** The one style sheet of an HTML export: light and dark, narrow and wide, on paper. */
export const htmlStyle = `
:root{color-scheme:light dark;--paper:#fbfaf7;--ink:#1f1d1a;--soft:#504c45;--line:#e6e2da;--accent:#0b6a75;--question:#f3f1ec}
@media (prefers-color-scheme:dark){:root{--paper:#181715;--ink:#f1eee8;--soft:#c3beb3;--line:#35332e;--accent:#63c5cf;--question:#21201d}}
*{box-sizing:border-box}
body{margin:0;padding:2.5rem 1.25rem 4rem;color:var(--ink);background:var(--paper);font:1rem/1.6 system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei UI','Noto Sans CJK SC',sans-serif}
main{max-width:46rem;margin:0 auto}
h1{margin:0;font-size:1.625rem;line-height:1.25;overflow-wrap:anywhere}
article>h2{margin:0;font-size:1.25rem;overflow-wrap:anywhere}
section>h2,section>h3{margin:0 0 .375rem;color:var(--soft);font-size:.8125rem;font-weight:560;overflow-wrap:anywhere}
nav,article{margin-bottom:3rem}
nav a{color:var(--accent)}
.note{color:var(--soft);font-size:.8125rem}
section{margin-top:1.25rem}
section.user{padding:.875rem 1.125rem;background:var(--question);border-radius:.75rem}
.text{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.pictures{display:flex;flex-wrap:wrap;gap:.625rem;margin-bottom:.625rem}
figure{margin:0;max-width:100%}
img{display:block;max-width:100%;max-height:24rem;border-radius:.5rem}
figcaption{max-width:24rem;color:var(--soft);font-size:.75rem;overflow-wrap:anywhere}
article+article{padding-top:2rem;border-top:1px solid var(--line)}
@media print{:root{color-scheme:light;--paper:#fff;--ink:#000;--soft:#444;--line:#ccc;--question:#fff}body{padding:0;font-size:10.5pt}section.user{padding:0 0 0 .75rem;border-left:2px solid var(--line);border-radius:0}figure,h1,h2,h3{break-inside:avoid;break-after:avoid}nav{display:none}article+article{break-before:page;border:0}}
`
