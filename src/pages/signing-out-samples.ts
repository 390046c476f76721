/**
 * Samples of the page after the end of a session. Their frames lead nowhere.
 */
import { parseHref, path } from './href.ts';
import type { Sample, Write } from './sample.ts';
import { type SigningOutProps, signingOutPage } from './signing-out.ts';

export function signingOutSamples(write: Write): readonly Sample[] {
  const app = (name: string, address: string) => ({ name: write(name), src: parseHref(address) ?? path('/') });
  const apps = [
    app('Campus Virtual del Sureste', 'https://campus.example/logout'),
    app('Biblioteca Digital', 'https://biblioteca.example/logout?no_redirect=1'),
  ];
  const client = { name: write('Campus Virtual del Sureste'), href: parseHref('https://campus.example/') ?? path('/') };
  const here = { name: null, href: path('/sign-out') };
  const all: { readonly [name: string]: SigningOutProps } = {
    'signing-out': { apps, unconfirmed: [], next: here },
    'signing-out-client': { apps, unconfirmed: [], next: client },
    'signing-out-unconfirmed': { apps: [], unconfirmed: [write('Llave MX')], next: client },
    'signing-out-both': { apps, unconfirmed: [write('Llave MX')], next: here },
  };
  return Object.entries(all).map(([name, props]) => ({ name, render: (frame) => signingOutPage(frame, props) }));
}
