/**
 * What one thing that happens in a history is to the runner, and what such things are made of.
 */
import fc from 'fast-check';
import { AdminRefusal } from '../../src/admin/refusal.ts';
import { sql } from '../../src/store/database.ts';
import { assertInvariants, learn, look } from './invariants.ts';
import { type Person, people, ways } from './people.ts';
import type { Plan } from './visits.ts';
import { BROWSERS, type Truth, type World } from './world.ts';

type Act<Fields> = (given: Fields, truth: Truth, world: World) => Promise<Person>;

/** One thing that happens, as the model-based runner wants it; printed with all that it was given. */
class Action<Fields> implements fc.AsyncCommand<Truth, World> {
  readonly #name: string;
  readonly #given: Fields;
  readonly #act: Act<Fields>;

  constructor(name: string, given: Fields, act: Act<Fields>) {
    this.#name = name;
    this.#given = given;
    this.#act = act;
  }

  check(): boolean {
    return true;
  }

  async run(truth: Truth, world: World): Promise<void> {
    const before = await look(world);
    // How many mails an hour is said elsewhere: the sixth must not end a history early.
    await world.rig.databases.ephemeral.run(sql`delete from rate_limits`);
    const actor = await this.#act(this.#given, truth, world);
    await learn(truth, world, actor);
    await assertInvariants(truth, world, before);
    counts.set(this.#name, (counts.get(this.#name) ?? 0) + 1);
  }

  toString(): string {
    return `${this.#name} ${JSON.stringify(this.#given)}`;
  }
}

/** How often each thing happened, and what came of it: for the test that sees whether histories reach what they are for. */
export const counts = new Map<string, number>();
export const note = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);

export const person = fc.constantFrom(...people);
export const browser = fc.nat(BROWSERS - 1);
export const way = fc.constantFrom(...ways);
export const plan: fc.Arbitrary<Plan> = fc.record({
  account: fc.constantFrom('new', 'existing', 'existing', 'leave'),
  proof: way,
  theirs: fc.constantFrom('link', 'link', 'link', 'new', 'no', 'leave'),
  hands: fc.constantFrom('go', 'go', 'go', 'stay', 'leave'),
});
export const some = fc.nat(99);

export function action<Fields extends object>(
  name: string,
  fields: { [K in keyof Fields]: fc.Arbitrary<Fields[K]> },
  act: Act<Fields>,
) {
  return fc.record(fields).map((given) => new Action(name, given as Fields, act));
}

export const pick = <T>(items: readonly T[], index: number): T | undefined => items[index % items.length];
export const because = { by: 'support', reason: 'history' };
export const cause = {
  ...{ by: { kind: 'operator', name: 'support' } as const, reason: 'history', reference: null, also: () => [] },
  requester: { userAgent: null, addressKey: 'history', knownDevice: null },
};
export const dependenciesOf = ({ rig }: World) => ({
  environment: rig.clock.environment,
  database: rig.databases.durable,
  store: rig.open.store,
  vault: rig.open.vault,
});

export const isDone = (error: unknown) => {
  if (!(error instanceof AdminRefusal)) throw error;
  note('refused to the operator');
};

/** The same on every database: ids are random, the order in which accounts came is not. */
export function byOwner({ owners }: Truth) {
  const order = [...owners.keys()];
  return (a: string, b: string) => order.indexOf(a) - order.indexOf(b);
}
