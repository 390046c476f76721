/**
 * What a page with sample props is, and what samples of several pages share.
 */
import type { PostForm } from './form.ts';
import { path } from './href.ts';
import type { Frame } from './layout.ts';

/** What every text that comes from outside is passed through: as it is, made very long, or replaced by an attack. */
export type Write = (text: string) => string;

export interface Sample {
  readonly name: string;
  readonly render: (frame: Frame) => string;
}

export const sampleForm = (write: Write): PostForm => ({
  action: path('/sign-out'),
  fields: { csrf: write('dGhlIHRva2Vu') },
});
