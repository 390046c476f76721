/**
 * The look of the campus: a brick-red site of its own, in light and dark, legible on an old phone. Contrast of text is at least
 * 7:1 in both schemes.
 */

export const stylesheet = `
:root{color-scheme:light dark;--ground:#f7f3f0;--card:#fff;--ink:#241c19;--soft:#51443e;--line:#91827a;--bar:#6b2418;--barInk:#fff;--act:#7a2a1c;--actInk:#fff;--mark:#ffe9a8;--markInk:#3a2c00;--focus:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ground:#171311;--card:#251e1b;--ink:#f6efeb;--soft:#d6c9c2;--line:#978981;--bar:#43190f;--barInk:#fff;--act:#f5bfae;--actInk:#35100a;--mark:#4a3a06;--markInk:#fff0c4;--focus:#a8c7fa}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
header{background:var(--bar);color:var(--barInk)}
header div{max-width:64rem;margin:0 auto;padding:.5rem 1rem;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center}
header a,header button{color:inherit;min-height:44px;display:inline-flex;align-items:center;background:none;border:0;font:inherit;text-decoration:underline;cursor:pointer;padding:0}
header .site{font-weight:700;font-size:1.125rem;text-decoration:none;margin-right:auto}
.practice{background:var(--mark);color:var(--markInk);margin:0;padding:.5rem 1rem;font-size:.925rem}
main{max-width:64rem;margin:0 auto;padding:1rem 1rem 3rem}
h1{font-size:1.6rem;line-height:1.2;margin:1.25rem 0 .5rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
h3,li h2{font-size:1rem;margin:0}
p{margin:.5rem 0}
.soft{color:var(--soft)}
ul{list-style:none;margin:1rem 0;padding:0;display:grid;gap:.75rem}
li{background:var(--card);border:1px solid var(--line);border-left:.5rem solid var(--act);border-radius:.375rem;padding:.75rem 1rem}
.button{display:inline-flex;align-items:center;justify-content:center;min-height:44px;margin:.25rem .5rem .25rem 0;padding:.5rem 1rem;font:inherit;font-weight:600;text-decoration:none;color:var(--actInk);background:var(--act);border:1px solid var(--act);border-radius:.375rem;cursor:pointer}
.button.quiet{color:var(--ink);background:var(--card);border-color:var(--line)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;min-width:100%}
th,td{border:1px solid var(--line);padding:.5rem .75rem;text-align:left;background:var(--card)}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input[type=url]{width:100%;min-height:44px;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.375rem}
iframe.tool{width:100%;height:40rem;border:1px solid var(--line);border-radius:.375rem;background:var(--card)}
.message{border-left:4px solid var(--act);padding:.5rem .75rem;background:var(--card);overflow-wrap:anywhere}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
header a:focus-visible,header button:focus-visible{outline-color:#fff}
.bare main{padding:1rem}
`;
