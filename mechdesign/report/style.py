"""How the HTML page looks, in light, in dark and on paper."""

__all__ = ["STYLE"]

#: The whole style sheet; it refers to nothing outside the page.
STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1c2330; --quiet: #5b6575;
  --line: #d8dde5; --band: #f4f6f9; --link: #1f5fa8; --good: #1d6b3a; --bad: #a3252f; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181f; --text: #e6e9ee; --quiet: #a2abb9; --line: #363e4b; --band: #1d232d;
    --link: #8ab8ee; --good: #7fce9b; --bad: #f2929a; }
  figure svg { filter: invert(1) hue-rotate(180deg) brightness(1.35); }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--page);
  color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
  "Liberation Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-top: .75rem;
  border-top: 1px solid var(--line); }
p, ul, ol { margin: .6rem 0; max-width: 46rem; }
li { margin: .25rem 0; }
a { color: var(--link); }
header p { color: var(--quiet); margin: 0; }
nav { margin: 1.25rem 0 0; }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 0;
  padding: 0; max-width: none; }
nav li { margin: 0; }
.note { border-left: .25rem solid var(--line); padding: .15rem 0 .15rem .8rem;
  color: var(--quiet); }
.table { overflow-x: auto; margin: 1rem 0; }
.table:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
table { border-collapse: collapse; font-size: .92rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding: 0 0 .4rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .75rem; min-width: 2.5rem;
  border-bottom: 1px solid var(--line); overflow-wrap: normal; white-space: nowrap; }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; background: var(--band); }
tbody th { font-weight: 500; }
td, tbody th { max-width: 34rem; }
thead th, .long { white-space: normal; }
.long { min-width: 9rem; }
tbody tr:hover { background: var(--band); }
.number { text-align: right; }
.good { color: var(--good); }
.bad { color: var(--bad); font-weight: 600; }
.quiet, .notes { color: var(--quiet); }
.notes { font-size: .9rem; margin-top: -.5rem; }
figure { margin: 1.25rem 0; overflow-x: auto; }
figure svg { display: block; max-width: 100%; height: auto; }
figcaption { color: var(--quiet); font-size: .92rem; margin-top: .4rem; max-width: 46rem; }
pre { background: var(--band); border: 1px solid var(--line); border-radius: .3rem;
  padding: .75rem 1rem; overflow-x: auto; font-size: .85rem; line-height: 1.45; }
pre, code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono",
  monospace; }
@media print {
  :root { font-size: 8pt; color-scheme: light; --page: #fff; --text: #000; --quiet: #444;
    --line: #bbb; --band: #f3f3f3; --link: #000; --good: #0a5a28; --bad: #8f1720; }
  figure svg { filter: none; }
  @page { margin: 1.4cm; }
  body { max-width: none; padding: 0; line-height: 1.3; }
  nav, pre.bibtex { display: none; }
  h1 { font-size: 14pt; }
  h2 { font-size: 10.5pt; margin: .7rem 0 .2rem; padding-top: .3rem; }
  p, ul, ol { margin: .2rem 0; max-width: none; }
  li { margin: .05rem 0; }
  /* What is small stands side by side; what is wide takes a line of its own. */
  section { display: flex; flex-wrap: wrap; column-gap: 1.2rem; align-items: flex-start; }
  section > h2, section > p, section > ul, section > pre { width: 100%; }
  .table { margin: .3rem 0; max-width: 100%; }
  .notes { margin-top: 0; }
  th, td { padding: .06rem .4rem; }
  .table, figure, pre { overflow: visible; }
  pre, th, td { white-space: pre-wrap; }
  figure { margin: .3rem 0; max-width: 46%; }
  figure svg { max-height: 6.2cm; }
  h2 { break-after: avoid; }
  figure, tr { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
