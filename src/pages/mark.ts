/**
 * Our own drawings: the keyring, and what stands before a provider's name.
 *
 * No logo of anybody else is drawn or copied here, however familiar it would look on a button: an operator who may show one
 * gives it as a picture.
 */
import type { ProviderIcon } from '../model.ts';
import type { Brand } from './brand.ts';
import { initial } from './display.ts';
import { path } from './href.ts';
import { type Html, html } from './html.ts';

/** A ring with two keys: one person, many keys. */
const key = html`<circle cx="10.5" cy="18.6" r="2.8" fill="currentColor"/><path d="M10.5 21v8.2m0-.4h3.1m-3.1-3.6h2.3"/>`;
const keyring = html`<g fill="none" stroke="currentColor" stroke-width="2.1" stroke-linecap="round" stroke-linejoin="round"><circle cx="10.5" cy="10.5" r="8"/><g transform="rotate(-68 10.5 10.5)">${key}</g><g transform="rotate(-20 10.5 10.5)">${key}</g></g>`;

/** Decorative: the product's name is written beside it. */
export const keyringMark = html`<svg class="keyring" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">${keyring}</svg>`;

/** The icon of the browser's tab: a file of its own, so it cannot take its colour from the page. */
export function keyringIcon(accent: Brand['accent']): Html {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" color="${accent.light}">${keyring}</svg>`;
}

type Drawing = Extract<ProviderIcon, { readonly kind: 'drawing' }>['drawing'];
const drawings: { readonly [name in Drawing]: Html } = {
  envelope: html`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="m3.5 7.5 8.5 6 8.5-6"/>`,
  padlock: html`<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3m-4 3.5v2.5"/>`,
  person: html`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>`,
};

const drawn = (drawing: Drawing): Html =>
  html`<svg class="drawing" viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${drawings[drawing]}</svg>`;

/** Decorative: the provider's name is written beside it. The picture is one of ours to serve, never an address elsewhere. */
export function providerMark(name: string, icon: ProviderIcon | null): Html {
  if (icon?.kind === 'picture') {
    return html`<img class="picture" src="${path(`/assets/${icon.file}`)}" alt="" width="36" height="36">`;
  }
  const mark = icon?.kind === 'drawing' ? drawn(icon.drawing) : (icon?.letters ?? initial(name));
  return html`<span class="letter" aria-hidden="true">${mark}</span>`;
}
