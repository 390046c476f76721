/**
 * A page whose form goes on by itself to the tool, and has a button where scripts do not run.
 *
 * It may be in a frame of the campus: a launch comes back there.
 */

import { html } from 'hono/html';
import type { Pairs } from '../shared/oauth1-signing.ts';
import { type Html, page } from './layout.ts';
import type { FieldFault } from './misbehaviour.ts';
import type { Incoming, World } from './world.ts';

export interface LaunchForm {
  readonly action: string;
  readonly fields: Pairs;
  readonly encoding: string;
}

export const urlEncoded = 'application/x-www-form-urlencoded';

export function formPage(request: Incoming, { action, fields, encoding }: LaunchForm, world: World): Response {
  return page(request, world, {
    status: 200,
    title: (t) => t.opening,
    scripts: [{ file: 'launch.js', told: {} }],
    frame: 'bare',
    content: (t): Html => html`<form method="post" action="${action}" enctype="${encoding}" data-testid="launch-form">
${fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit" class="button" data-testid="launch-continue">${t.goOn}</button></form>`,
  });
}

/** The fields with one of them changed on the way; the order stays. */
export function spoilFields(how: FieldFault | null, fields: Pairs): Pairs {
  if (how === null) return fields;
  if (how.kind === 'field-twice') return [...fields, [how.name, how.value]];
  const others = fields.filter(([name]) => name !== how.name);
  return how.value === null ? others : [...others, [how.name, how.value]];
}
