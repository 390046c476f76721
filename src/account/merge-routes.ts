/**
 * A person makes one account of their two (DESIGN §6.5).
 *
 *     GET  /account/merge               what it means; how the two would stand together, once the other was signed in to; that it is done
 *     POST /account/merge/prove         to signing in to the other account, in this browser
 *     POST /account/merge               does it
 *
 * `proof` in the address names the attempt by which the other account was signed in to, `keep` which of the two stays. Neither is
 * believed: a proof counts in the browser that made it, for who asked for it, and a form agrees only to what it was shown.
 */
import type { AccountMerging } from '../credentials/account-merging.ts';
import type { Vault } from '../crypto.ts';
import type { Directory } from '../directory/directory.ts';
import { refusals } from '../errors.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Environment, Session } from '../model.ts';
import { mergedPage, mergeIntroPage, mergePreviewPage } from '../pages/account-merge.ts';
import { type Path, path } from '../pages/href.ts';
import { refusalPage } from '../pages/refusal.ts';
import { sessionHash } from '../sign-in/commit.ts';
import type { BeginSignIn } from '../sign-in/routes.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import { originOf } from '../sign-in/session-origin.ts';
import { REPLAY_GRACE } from '../sign-in/sign-in.ts';
import type { Step } from '../store/database.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import { insertSession } from '../store/sessions.ts';
import type { Store } from '../store/store.ts';
import type { MergeQuestion } from '../users/merge.ts';
import type { MergePlan } from '../users/merge-plan.ts';
import { previewOf } from '../users/merge-preview.ts';
import type { MergeRefusal } from '../users/merge-rules.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { createProofs, type Proof, type ProofDependencies } from './merge-proof.ts';
import { personalRefusal } from './merge-refusal.ts';
import { mergeViewOf, readChoices } from './merge-view.ts';
import type { Fields, Owner, Owners } from './owner.ts';

export interface MergeRouteDependencies extends ProofDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'merges' | 'sessions'>;
  readonly vault: Vault;
  readonly owners: Owners;
  readonly sessions: BrowserSessions;
  readonly begin: BeginSignIn;
  readonly merging: Pick<AccountMerging, 'plan' | 'merge'>;
  readonly directory: () => Promise<Directory>;
  /** What an app is called; null where it is configured no more. */
  readonly clientName: (clientId: string) => Promise<string | null>;
}

/** Which of the two stays: the one that this browser is signed in to, unless the person wants it otherwise (socraticqs2.md §5a). */
type Keep = 'mine' | 'other';

const HERE = path('/account/merge');
const by = { kind: 'person' } as const;
/** In the audit trail of both. */
const REASON = 'person-proved-both';

export function mountMerge(app: WebApp, dependencies: MergeRouteDependencies): void {
  const { environment, store, vault, owners, sessions, merging } = dependencies;
  const proofs = createProofs(dependencies);

  app.get('/account/merge', (c) => {
    const id = proofIdIn(c);
    if (id === null) return owners.see(c, 'an account', async (owner) => intro(c, owner, false));
    return owners.see(c, 'recently signed in', async (owner) => {
      const proof = await proofs.find(c, id);
      if (proof !== null && isDone(proof, owner)) return isSurvivor(proof, owner) ? done(c, proof) : finish(c, proof);
      if (proof === null || !isUsable(proof, owner)) return intro(c, owner, true);
      return show(c, owner, { proof, keep: keepIn(c), hasChanged: false });
    });
  });

  app.post('/account/merge/prove', (c) =>
    owners.change(c, { page: HERE, admission: 'recently signed in' }, async ({ user }) => {
      const waits = { kind: 'merge', userId: user.id } as const;
      return dependencies.begin(c, { kind: 'prove', waits, returnTo: HERE }, { kind: 'chooser' });
    }),
  );

  app.post('/account/merge', async (c) => {
    const [id, keep] = [proofIdIn(c) ?? '', keepIn(c)];
    let isAdmitted = false;
    const place = { page: pageOf(id, keep), admission: 'recently signed in' } as const;
    const response = await owners.change(c, place, async (owner, fields) => {
      isAdmitted = true;
      const proof = await proofs.find(c, id);
      if (proof !== null && isDone(proof, owner)) return finish(c, proof);
      if (proof === null || !isUsable(proof, owner)) return intro(c, owner, true);
      return confirm(c, owner, { proof, keep, fields });
    });
    return isAdmitted ? response : ((await signInAgain(c, await proofs.find(c, id))) ?? response);
  });

  async function confirm(
    c: WebContext,
    owner: Owner,
    { proof, keep, fields }: { proof: Proof; keep: Keep; fields: Fields },
  ): Promise<Response> {
    const question = questionOf(owner, proof, keep);
    const asked = await merging.plan(question);
    if (asked.kind === 'refused') return refuse(c, proof, asked);
    const choices = readChoices(fields, previewOf(asked));
    const chosen = await merging.plan({ ...question, choices: choices ?? {} });
    if (chosen.kind === 'refused') return refuse(c, proof, chosen);
    // Looked at last: whatever changed before it shows here, and whatever changes after it is seen by the merge itself.
    const shown = await merging.plan(question);
    if (shown.kind === 'refused') return refuse(c, proof, shown);
    if (choices === null || previewOf(shown).fingerprint !== fields.get('fingerprint')) {
      return show(c, owner, { proof, keep, hasChanged: true });
    }
    const result = await merging.merge({
      ...{ ...question, choices, agreedTo: previewOf(chosen).fingerprint, mergeId: proof.mergeId },
      ...{ reason: REASON, reference: c.var.reference, requester: requesterOf(c) },
      also: () => sessionSteps(c, owner.session, proof, keep),
    });
    if (result.kind === 'merged') return finish(c, proof);
    return result.code === 'preview_changed'
      ? show(c, owner, { proof, keep, hasChanged: true })
      : refuse(c, proof, result);
  }

  /** Every session of both ends but this one; where its own account ends, the browser gets a new one of the same worth (H-01). */
  async function sessionSteps(c: WebContext, ended: Session, proof: Proof, keep: Keep): Promise<readonly Step[]> {
    const { idHash, provider, identityId, assurance, expiresAt } = ended;
    const now = environment.now();
    const survivorId = keep === 'mine' ? proof.askedBy : proof.otherId;
    if (keep === 'mine') return endSessionsOf(survivorId, idHash, now);
    const newHash = sessionHash(vault, proof.sessionToken);
    // Signing out of the new one must still reach the provider at which the person signed in.
    const [upstream = null] = await store.sessions.upstreamsOf([ended]);
    const session = {
      ...{ idHash: newHash, userId: survivorId, provider, identityId, assurance, upstream },
      ...{ ...originOf(vault, newHash, requesterOf(c)), longest: expiresAt - now },
    };
    return [...endSessionsOf(survivorId, null, now), insertSession(session, vault, now)];
  }

  /** To the page that says so, signed in to the account that stayed. */
  async function finish(c: WebContext, proof: Proof): Promise<Response> {
    const merge = await dependencies.store.merges.find(proof.mergeId);
    if (merge?.retiredId === proof.askedBy) {
      const set = await sessions.establish(c.req.header('Cookie') ?? null, proof.sessionToken, c.var.reference);
      for (const cookie of set) addCookie(c, cookie);
    }
    return seeOther(c, pageOf(proof.id, 'mine'));
  }

  /** Of a doubled press the second finds the session of the first request ended: the browser that made the proof gets its new one. */
  async function signInAgain(c: WebContext, proof: Proof | null): Promise<Response | null> {
    const merge = proof?.merge ?? null;
    if (proof === null || merge === null || merge.undoneAt !== null) return null;
    const isLate = environment.now() - merge.mergedAt >= REPLAY_GRACE;
    return isLate || merge.retiredId !== proof.askedBy ? null : finish(c, proof);
  }

  function intro(c: WebContext, owner: Owner, proofIsGone: boolean): Response {
    const form = { action: path('/account/merge/prove'), fields: owners.token(owner) };
    return respondWithPage(c, mergeIntroPage(frameOf(c), { proofIsGone, form }), 200);
  }

  function done(c: WebContext, { mergeId }: Proof): Response {
    return respondWithPage(c, mergedPage(frameOf(c), { mergeId }), 200);
  }

  async function show(
    c: WebContext,
    owner: Owner,
    { proof, keep, hasChanged }: { proof: Proof; keep: Keep; hasChanged: boolean },
  ): Promise<Response> {
    const plan = await merging.plan(questionOf(owner, proof, keep));
    if (plan.kind === 'refused') return refuse(c, proof, plan);
    const { fingerprint } = previewOf(plan);
    const page = mergePreviewPage(frameOf(c), {
      ...mergeViewOf(plan, {
        directory: await dependencies.directory(),
        locale: c.var.locale,
        clientName: await namesOfApps(plan),
        myId: owner.user.id,
      }),
      form: { action: pageOf(proof.id, keep), fields: { ...owners.token(owner), fingerprint } },
      exchangeHref: pageOf(proof.id, keep === 'mine' ? 'other' : 'mine'),
      hasChanged,
    });
    return respondWithPage(c, page, hasChanged ? refusals.preview_changed.status : 200);
  }

  async function namesOfApps({ retired }: MergePlan): Promise<(clientId: string) => string> {
    const named = retired.subjects.map(
      async ({ clientId }) => [clientId, await dependencies.clientName(clientId)] as const,
    );
    const names = new Map(await Promise.all(named));
    return (clientId) => names.get(clientId) ?? clientId;
  }

  /** In words; but of fifty presses of one button, those that were not first find it done. */
  async function refuse(c: WebContext, proof: Proof, refusal: MergeRefusal): Promise<Response> {
    const merge = await dependencies.store.merges.find(proof.mergeId);
    if (merge?.undoneAt === null) return finish(c, proof);
    const { error, provider } = personalRefusal(refusal);
    const record = provider === null ? null : (await dependencies.directory()).recordOf(provider);
    const page = refusalPage(frameOf(c), {
      ...{ code: error.code, reference: c.var.reference, caseNumber: null, startAgainHref: HERE },
      providerName: record?.name[c.var.locale] ?? provider,
      client: { name: textsFor(c.var.locale).places.account, href: path('/account') },
    });
    return respondWithPage(c, page, refusals[error.code].status);
  }
}

/** Whether it was used by them; perhaps a moment ago, when they were still found in the account that ended. */
const isDone = ({ merge }: Proof, { user }: Owner) =>
  merge?.undoneAt === null && [merge.survivorId, merge.retiredId].includes(user.id);

const isSurvivor = ({ merge }: Proof, { user }: Owner) => merge?.survivorId === user.id;

/** A proof is for who asked for it, and for one merge, also where that was undone. */
const isUsable = ({ merge, askedBy }: Proof, { user }: Owner) => merge === null && askedBy === user.id;

function questionOf({ user }: Owner, { otherId }: Proof, keep: Keep): MergeQuestion {
  const [survivorId, retiredId] = keep === 'mine' ? [user.id, otherId] : [otherId, user.id];
  return { retiredId, survivorId, choices: {}, by };
}

/** Null where there is none; empty for what is no id of ours, however long it is. */
function proofIdIn(c: WebContext): string | null {
  const id = c.req.query('proof');
  return id === undefined ? null : (/^[\w-]{1,64}$/.exec(id)?.[0] ?? '');
}

const keepIn = (c: WebContext): Keep => (c.req.query('keep') === 'other' ? 'other' : 'mine');

const pageOf = (proofId: string, keep: Keep): Path =>
  path(`${HERE}?proof=${encodeURIComponent(proofId)}${keep === 'mine' ? '' : '&keep=other'}`);

const requesterOf = (c: WebContext) => ({
  userAgent: c.req.header('User-Agent') ?? null,
  addressKey: c.var.clientAddressKey,
  knownDevice: null,
});
