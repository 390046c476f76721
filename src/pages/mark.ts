/**
 * Our own drawings: the keyring, and the letter that stands for a provider.
 *
 * No logo of anybody else is drawn or copied here, however familiar it would look on a button.
 */
import type { Brand } from './brand.ts';
import { initial } from './display.ts';
import { type Html, html } from './html.ts';

/** A ring with two keys of different cut: one person, many keys. */
const keyring = html`<g fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"><circle cx="16" cy="9.5" r="6.5"/><path d="M12.6 15 7.2 27.4m1.3-3 3.2 1.4m-1.6-5 2.3 1"/><path d="M19.4 15l5.4 12.4m-1.3-3-3.2 1.4"/></g>`;

/** Decorative: the product's name is written beside it. */
export const keyringMark = html`<svg class="keyring" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">${keyring}</svg>`;

/** The icon of the browser's tab: a file of its own, so it cannot take its colour from the page. */
export function keyringIcon(accent: Brand['accent']): Html {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="${accent.light}">${keyring}</svg>`;
}

export function letterMark(name: string): Html {
  return html`<span class="letter" aria-hidden="true">${initial(name)}</span>`;
}
