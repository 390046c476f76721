/**
 * The accounts of the LMS, and the links from them to providers (`social_auth_usersocialauth`).
 */

import type { Milliseconds } from '../../src/model.ts';
import { type AccountInput, accountSchema, type BackendName } from './records.ts';

export interface Account {
  readonly id: number;
  readonly username: string;
  readonly dateJoined: Milliseconds;
  readonly isStaff: boolean;
  readonly isSuperuser: boolean;
  /** Null: unusable. Of somebody who came by a provider it is one that nobody knows. */
  readonly password: string | null;
  email: string;
  /** Of the profile. */
  name: string;
  firstName: string;
  lastName: string;
  isActive: boolean;
  /** What people may fill in: `country`, `gender`, `year_of_birth`, … */
  readonly profile: Map<string, string>;
  /** Provider and slug of each login that stands for an identity check. */
  readonly idVerifications: Set<string>;
}

export interface Link {
  readonly provider: BackendName;
  readonly uid: string;
  readonly account: Account;
}

/** The oldest makes room for the newest. */
const mostAccounts = 10_000;

export class Accounts {
  readonly #now: () => Milliseconds;
  /** In the order in which they came. */
  readonly #byUsername = new Map<string, Account>();
  readonly #links: Link[] = [];
  #lastId = 3;

  constructor(now: () => Milliseconds) {
    this.#now = now;
  }

  all(): readonly Account[] {
    return [...this.#byUsername.values()];
  }

  links(): readonly Link[] {
    return this.#links;
  }

  /** Usernames are unique whatever the case of their letters. */
  named(username: string): Account | null {
    return this.#byUsername.get(username.toLowerCase()) ?? null;
  }

  withEmail(email: string): readonly Account[] {
    const wanted = email.toLowerCase();
    return this.all().filter((account) => account.email.toLowerCase() === wanted);
  }

  withId(id: number): Account | null {
    return this.all().find((account) => account.id === id) ?? null;
  }

  add(input: AccountInput): Account {
    const { username, email, name, password, country, ...flags } = accountSchema.parse(input);
    this.#lastId += 1;
    const account: Account = {
      id: this.#lastId,
      username,
      email,
      name,
      password,
      firstName: '',
      lastName: '',
      isActive: flags.is_active,
      isStaff: flags.is_staff,
      isSuperuser: flags.is_superuser,
      dateJoined: this.#now(),
      profile: new Map(country === '' ? [] : [['country', country]]),
      idVerifications: new Set(),
    };
    const replaced = this.named(username);
    if (replaced !== null) this.remove(replaced);
    this.#byUsername.set(username.toLowerCase(), account);
    const [oldest] = this.#byUsername.values();
    if (oldest !== undefined && this.#byUsername.size > mostAccounts) this.remove(oldest);
    return account;
  }

  /** As if it had never been, after a registration that failed. */
  remove(account: Account): void {
    this.#byUsername.delete(account.username.toLowerCase());
    for (const link of this.linksOf(account)) this.unlink(link);
  }

  /** The uid is compared as it is: case matters. */
  linked(provider: BackendName, uid: string): Account | null {
    return this.#links.find((link) => link.provider === provider && link.uid === uid)?.account ?? null;
  }

  linksOf(account: Account): readonly Link[] {
    return this.#links.filter((link) => link.account === account);
  }

  link(link: Link): void {
    if (this.linked(link.provider, link.uid) === null) this.#links.push(link);
  }

  unlink(link: Link): void {
    const index = this.#links.indexOf(link);
    if (index >= 0) this.#links.splice(index, 1);
  }
}
