/**
 * Where scores go: for each person, app and activity of a campus, what the last launch said of it (lti.md §2.6, §3.12; case 91).
 *
 * A row belongs to the identity that was launched, not to the account: it goes where the identity goes when accounts are merged,
 * parted or tied anew, and ends with it. Sealed, because it says who somebody is at a campus and what they do there. Nothing in it
 * need be unique but (identity, app, installation, context, link): two consumers may share one address of outcomes, and two people one
 * sourcedid, without either being refused.
 */
import type { Vault } from '../crypto.ts';
import type { LaunchFacts } from '../lti/verified-launch.ts';
import type { Milliseconds } from '../model.ts';
import { type Database, type Row, type Step, sql } from './database.ts';
import { numberOf, textOf } from './rows.ts';

/** Two terms and the summer between them: whoever was not launched for so long is asked to press the link of the course once more. */
export const PLACE_KEPT: Milliseconds = 400 * 24 * 60 * 60_000;

/** What the campus said of where a score goes, without who the campus is. */
export type ScoreService =
  | {
      readonly kind: 'grade-service';
      readonly userId: string;
      readonly lineItem: string | null;
      readonly lineItems: string | null;
      readonly scopes: readonly string[];
    }
  | { readonly kind: 'outcome-service'; readonly serviceUrl: string; readonly sourcedId: string };

/** An activity of a campus. */
export interface ScoreLink {
  readonly registration: string;
  readonly deploymentId: string | null;
  readonly context: LaunchFacts['context'];
  readonly resourceLink: NonNullable<LaunchFacts['resourceLink']>;
}

export interface NewScorePlace {
  /** Whom the campus launched: the key of an identity. */
  readonly provider: string;
  readonly subject: string;
  readonly clientId: string;
  readonly link: ScoreLink;
  readonly service: ScoreService;
}

export interface ScorePlace {
  readonly id: string;
  readonly clientId: string;
  readonly link: ScoreLink;
  readonly service: ScoreService;
  readonly launchedAt: Milliseconds;
}

export interface ScorePlaces {
  /** Where scores of this user for a link of this id go, of what was launched into this app; the last launched first. */
  find(userId: string, clientId: string, resourceLinkId: string): Promise<ScorePlace[]>;
  /** All of the user, the last launched first. */
  ofUser(userId: string): Promise<ScorePlace[]>;
  /** Those that nobody was launched to for long, and for which no score is known any more. */
  deleteExpired(before: Milliseconds, atMost: number): Promise<number>;
}

export function createScorePlaces(database: Database, vault: Vault): ScorePlaces {
  return {
    async find(userId, clientId, resourceLinkId) {
      const rows = await database.all(sql`
        select score_places.* from score_places join identities on identities.id = score_places.identity_id
        where identities.user_id = ${userId} and client_id = ${clientId} and link_index = ${linkIndex(resourceLinkId, vault)}
        order by launched_at desc, score_places.id`);
      return rows.map((row) => readPlace(row, vault));
    },

    async ofUser(userId) {
      const rows = await database.all(sql`
        select score_places.* from score_places join identities on identities.id = score_places.identity_id
        where identities.user_id = ${userId} order by launched_at desc, score_places.id`);
      return rows.map((row) => readPlace(row, vault));
    },

    deleteExpired: (before, atMost) =>
      // The age is asked again of each row: a launch may have made it young since it was chosen.
      database.run(sql`
        delete from score_places
        where launched_at < ${before - PLACE_KEPT} and id in (
          select id from score_places
          where launched_at < ${before - PLACE_KEPT}
            and not exists (select 1 from outgoing_scores where place_id = score_places.id)
          limit ${atMost})`),
  };
}

/** For the transaction of a sign-in. The newest launch says it. Writes nothing where the identity is gone. */
export function noteScorePlace(place: NewScorePlace, vault: Vault, now: Milliseconds): Step {
  const { provider, subject, clientId, link, service } = place;
  const { registration, deploymentId, context, resourceLink } = link;
  const key = [provider, subject, clientId, deploymentId, context?.id ?? null, resourceLink.id];
  const id = vault.blindIndex('score place', JSON.stringify(key));
  const document = vault.seal(sealedAt(id), JSON.stringify({ link, service } satisfies Said));
  return {
    // An older launch that is written late must not take the place of a newer one.
    statement: sql`
      insert into score_places (id, identity_id, registration, client_id, link_index, document, launched_at, last_scored_at)
      select ${id}, identities.id, ${registration}, ${clientId}, ${linkIndex(resourceLink.id, vault)}, ${document},
             cast(${now} as bigint), 0
      from identities where provider = ${provider} and subject = ${subject}
      on conflict (id) do update
      set identity_id = excluded.identity_id, document = excluded.document, launched_at = excluded.launched_at
      where score_places.launched_at <= excluded.launched_at`,
    changes: 'any',
  };
}

const linkIndex = (resourceLinkId: string, vault: Vault) => vault.blindIndex('LTI resource link', resourceLinkId);

interface Said {
  readonly link: ScoreLink;
  readonly service: ScoreService;
}

const sealedAt = (id: string) => ({ table: 'score_places', column: 'document', row: id });

/** What a launch said, as the place of this id keeps it. */
export function openScorePlace(id: string, document: string, vault: Pick<Vault, 'open'>): Said {
  return JSON.parse(vault.open(sealedAt(id), document));
}

function readPlace(row: Row, vault: Vault): ScorePlace {
  const id = textOf(row, 'id');
  return {
    ...openScorePlace(id, textOf(row, 'document'), vault),
    ...{ id, clientId: textOf(row, 'client_id'), launchedAt: numberOf(row, 'launched_at') },
  };
}
