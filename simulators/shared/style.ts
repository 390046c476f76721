/**
 * The look of the practice pages: plain, legible on an old phone, light and dark. They must not be mistaken for a
 * real site, so they imitate nothing of one. Contrast of text is at least 7:1 in both schemes.
 */

import { createHash } from 'node:crypto';

export const style = `
:root{color-scheme:light dark;--ground:#f6f4ef;--card:#fff;--ink:#1f1d1a;--soft:#4a463f;--line:#8a8478;--mark:#ffe08a;--markInk:#332600;--focus:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ground:#181714;--card:#24221e;--ink:#f3f0e9;--soft:#cfc9bd;--line:#8f897d;--mark:#4d3c00;--markInk:#ffefc2;--focus:#a8c7fa}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
main{max-width:36rem;margin:0 auto;padding:1rem}
h1{font-size:1.4rem;line-height:1.25;margin:1rem 0 .5rem}
.practice{background:var(--mark);color:var(--markInk);border:2px dashed;border-radius:.5rem;padding:.75rem 1rem}
.practice p{margin:0 0 .5rem}.practice p:last-child{margin:0}
.session{border-left:4px solid var(--line);padding-left:.75rem}
ul{list-style:none;margin:1rem 0;padding:0;display:grid;gap:.75rem}
button,.row{display:block;width:100%;min-height:44px;padding:.75rem 1rem;text-align:left;font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:.5rem;cursor:pointer}
button:hover,.row:hover{border-color:var(--ink)}
button:focus-visible,a:focus-visible{outline:3px solid var(--focus);outline-offset:2px}
button span,.row span{display:block}
.name{font-weight:600}.special{color:var(--soft)}.english{color:var(--soft);font-size:.925rem}
a{color:inherit;overflow-wrap:anywhere}.row{text-decoration:none}
h2{font-size:1.1rem;margin:1.5rem 0 .5rem}
pre,iframe{background:var(--card);border:1px solid var(--line);border-radius:.5rem}
pre{padding:1rem;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}
iframe{width:100%;height:36rem}
.code{font-size:1.5rem;letter-spacing:.1em}
`;

/** The policy allows this one stylesheet by its hash, and nothing else: no script, no image, no outside resource. */
const styleHash = createHash('sha256').update(style).digest('base64');

/**
 * There is deliberately no `form-action`: browsers apply it to the redirect that follows the form, and that redirect
 * goes to the application's origin.
 */
export const pageHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
} as const;
