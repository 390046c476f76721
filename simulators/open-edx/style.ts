/**
 * The look of the practice LMS: a plain campus of its own, in light and dark, legible on an old phone. Contrast of text is at
 * least 7:1 in both schemes.
 */

export const stylesheet = `
:root{color-scheme:light dark;--ground:#f5f3f8;--card:#fff;--ink:#211c2b;--soft:#4b4459;--line:#8b8399;--bar:#43256b;--barInk:#fff;--act:#5b2e91;--actInk:#fff;--mark:#ffe9a8;--markInk:#3a2c00;--bad:#7d1021;--focus:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ground:#16131b;--card:#221d2a;--ink:#f2eef7;--soft:#cfc7da;--line:#8f879c;--bar:#2c1a47;--barInk:#fff;--act:#d3bbf5;--actInk:#20113a;--mark:#4a3a06;--markInk:#fff0c4;--bad:#ffb3bd;--focus:#a8c7fa}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
header{background:var(--bar);color:var(--barInk)}
header div{max-width:64rem;margin:0 auto;padding:.5rem 1rem;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;align-items:center}
header a{color:inherit;min-height:44px;display:inline-flex;align-items:center}
header .site{font-weight:700;font-size:1.125rem;text-decoration:none;margin-right:auto}
.practice{background:var(--mark);color:var(--markInk);margin:0;padding:.5rem 1rem;font-size:.925rem}
.practice span{display:block;max-width:62rem;margin:0 auto}
main{max-width:64rem;margin:0 auto;padding:1rem 1rem 3rem}
main.narrow{max-width:30rem}
h1{font-size:1.6rem;line-height:1.2;margin:1.25rem 0 .5rem}
h2{font-size:1.15rem;margin:2rem 0 .5rem}
p{margin:.5rem 0}
.soft{color:var(--soft)}
.message{border-left:4px solid var(--bad);padding:.5rem .75rem;background:var(--card);overflow-wrap:anywhere}
.button{display:flex;align-items:center;justify-content:center;min-height:44px;width:100%;margin:.5rem 0;padding:.5rem 1rem;font:inherit;font-weight:600;text-decoration:none;text-align:center;color:var(--actInk);background:var(--act);border:1px solid var(--act);border-radius:.375rem;cursor:pointer}
.button.quiet{color:var(--ink);background:var(--card);border-color:var(--line)}
.cards{list-style:none;margin:1rem 0;padding:0;display:grid;gap:1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,17rem),1fr))}
.cards li{background:var(--card);border:1px solid var(--line);border-top:.5rem solid var(--act);border-radius:.375rem;padding:.75rem 1rem 1rem}
.cards h2{font-size:1.05rem;line-height:1.3;margin:.25rem 0}
.cards p{font-size:.925rem}
dl{display:grid;grid-template-columns:auto 1fr;gap:.25rem 1rem;margin:1rem 0}
@media (max-width:30rem){dl{grid-template-columns:1fr;gap:0}dd+dt{margin-top:.5rem}}
dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
label{display:block;margin:1rem 0 .25rem;font-weight:600}
input:not([type=checkbox]){width:100%;min-height:44px;padding:.5rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.375rem}
label.box{display:flex;gap:.75rem;align-items:flex-start;font-weight:400}
input[type=checkbox]{width:1.5rem;height:1.5rem;flex:none}
.fault{color:var(--bad);margin:.25rem 0 0}
a:focus-visible,button:focus-visible,input:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
header a:focus-visible{outline-color:#fff}
iframe{display:none}
`;
