/**
 * The site's stylesheet. A text in a module, so that the built package needs no copying of files.
 *
 * Light and dark, one column on a phone. Colours are kept away from the broker's on purpose: whoever follows the demo
 * sees at a glance which site they are on.
 */

export const stylesheet = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fdf8f3, #1d1518);
  --card: light-dark(#ffffff, #2a2024);
  --ink: light-dark(#2c1c22, #f5e9ea);
  --soft: light-dark(#6b5660, #c9b3ba);
  --line: light-dark(#e8dcd5, #46363c);
  --brand: light-dark(#7a2348, #f0a3bf);
  --on-brand: light-dark(#ffffff, #3a0d20);
  font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); }
header, main { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem; }
header { display: flex; justify-content: space-between; align-items: center; min-height: 4.5rem; gap: 1rem; }
a { color: var(--brand); }
header > a { display: inline-flex; align-items: center; min-height: 2.75rem; }
.brand { gap: .6rem; color: var(--ink); text-decoration: none; font-weight: 700; font-size: 1.25rem; }
.brand small { font-size: .875rem; font-weight: 400; color: var(--soft); }
.mark { fill: var(--brand); flex: none; }
h1 { font-size: clamp(1.75rem, 5vw, 2.75rem); line-height: 1.15; margin: 0 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.375rem; margin: 0 0 1rem; }
h3 { font-size: 1.125rem; line-height: 1.3; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; max-width: 38rem; }
main > section { margin: 0 0 2.5rem; }
.hero { padding: clamp(1.5rem, 5vw, 3rem); border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere;
  background: linear-gradient(var(--brand) .375rem, var(--card) .375rem); }
.hero > :last-child { margin-bottom: 0; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.5rem; max-width: none; }
.button { display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: .5rem 1.25rem;
  border: 2px solid var(--brand); border-radius: .625rem; background: var(--brand); color: var(--on-brand);
  font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
.button.quiet { background: transparent; color: var(--brand); }
.button:hover { filter: brightness(1.08); text-decoration: underline; }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 3px; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); gap: 1.25rem; padding: 0; margin: 0; list-style: none; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 6.5rem 1.25rem 1.25rem;
  background-repeat: no-repeat; background-size: 100% 5.25rem; }
.card.water { background-image: linear-gradient(120deg, #1b6b7d, #7cc0b5); }
.card.statistics { background-image: linear-gradient(120deg, #9a4a1c, #e8b04b); }
.card.nahuatl { background-image: linear-gradient(120deg, #4c2a6e, #c2608f); }
.card p:last-child { margin: 0; }
.card.algebra { background-image: linear-gradient(120deg, #2c5a2e, #a3b859); }
.note { color: var(--soft); font-size: .9375rem; }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); }
th, td { text-align: left; vertical-align: top; padding: .6rem .75rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
tbody th { font-weight: 400; width: 40%; }
.wire { display: block; font-size: .8125rem; color: var(--soft); }
details { margin-top: 1rem; }
summary { min-height: 2.75rem; padding: .6rem 0; cursor: pointer; color: var(--brand); }
pre { overflow-x: auto; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .625rem; font-size: .875rem; }
@media (max-width: 34rem) { .actions { flex-direction: column; } .brand small { display: none; } form .button { width: 100%; }
  th, td { padding: .5rem; } }
`;
