/**
 * When a client's request is answered without a word, and when its person is asked for something first.
 *
 * To the library's own checks come ours: whoever it remembers must be signed in here, now, as the same user and in the same way; by
 * a provider that this client allows, or its limits would hold only for who is not signed in yet. And what the library looks at only
 * before somebody signs in is looked at again afterwards: who a client meant, and how they had to sign in.
 * Asking again and again would help nobody: the client is told.
 */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import { apiScopes } from '../configuration/client-grants.ts';
import type { Session } from '../model.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import { hasEssentialAcr, isOf } from './assurance.ts';
import type { Subjects } from './subjects.ts';

const { Check, Prompt } = interactionPolicy;
type Policy = interactionPolicy.DefaultPolicy;

/** Prompts of a request that our chooser answers: to sign in as somebody else, or to make an account (Prompt Create 1.0). */
export const CHOOSING = ['select_account', 'create'] as const;

export interface PromptDependencies {
  readonly sessions: BrowserSessions;
  readonly subjects: Subjects;
  /** Whether somebody who is signed in in this way may be let through to this client, at this address of it. */
  readonly admits: (session: Session, clientId: string, redirectUri: string) => Promise<boolean>;
}

export function createPrompts({ sessions, subjects, admits }: PromptDependencies): Policy {
  const prompts = interactionPolicy.base();
  const login = prompts.get('login');
  if (login === undefined) throw new Error('oidc-provider has no login prompt');
  // The library's own would ask without end where nobody can meet them.
  for (const reason of ['essential_acrs', 'essential_acr', 'claims_id_token_sub_value']) login.checks.remove(reason);

  const check = (reason: string, description: string, needsPrompt: (ctx: KoaContextWithOIDC) => Promise<boolean>) =>
    login.checks.add(new Check(reason, description, 'login_required', needsPrompt));
  check('scope_of_an_app', 'the scope is none that a person can give', async ({ oidc }) => {
    // Granted by a person it would be a word on a token that opens nothing, and on a page that asks for nothing.
    const scope = apiScopes.find((word) => oidc.requestParamScopes.has(word));
    if (scope !== undefined) throw new errors.InvalidScope('an app has this scope for itself alone', scope);
    return false;
  });
  const sessionOf = oncePerRequest((ctx) => sessions.find(ctx.get('Cookie') || null));

  check('signed_out', 'End-User is not signed in', async (ctx) => {
    const session = await sessionOf(ctx);
    return session === null || !isOf(session, ctx.oidc.session);
  });
  check('provider_not_allowed', 'End-User is signed in by another provider', async (ctx) => {
    const { oidc } = ctx;
    const session = await sessionOf(ctx);
    // Without a session somebody is asked to sign in anyway.
    if (session === null || oidc.client === undefined) return false;
    return !(await admits(session, oidc.client.clientId, String(oidc.params?.redirect_uri)));
  });
  check('hinted_person', 'the person that is meant is not signed in', async (ctx) => {
    if (await isMeantPerson(ctx)) return false;
    // OpenID Connect Core §3.1.2.1, §5.5.1: an error for the client.
    if (hasJustSignedIn(ctx)) throw new errors.LoginRequired('somebody else signed in');
    return true;
  });
  check('essential_acr', 'End-User did not sign in in the way that is asked for', async (ctx) => {
    if (hasEssentialAcr(ctx)) return false;
    // OpenID Connect Core Unmet Authentication Requirements 1.0 §2
    if (hasJustSignedIn(ctx)) throw new errors.UnmetAuthenticationRequirements('nobody signed in in that way');
    return true;
  });
  for (const name of CHOOSING) prompts.add(new Prompt({ name, requestable: true }), 0);
  return prompts;

  async function isMeantPerson({ oidc }: KoaContextWithOIDC): Promise<boolean> {
    const { params, client, session, provider, claims } = oidc;
    const hint = params?.id_token_hint;
    const meant: unknown[] = [];
    if (client === undefined) return true;
    if (typeof hint === 'string') meant.push((await provider.IdToken.validate(hint, client)).payload.sub);
    const asked = claims.id_token?.sub;
    if (asked != null && 'value' in asked) meant.push(asked.value);
    if (meant.length === 0) return true;
    if (session?.accountId === undefined) return false;
    const subject = await subjects.of(client.clientId, session.accountId);
    return meant.every((sub) => sub === subject);
  }
}

/** The library makes all checks of a request at once. */
function oncePerRequest<T>(ask: (ctx: KoaContextWithOIDC) => Promise<T>): (ctx: KoaContextWithOIDC) => Promise<T> {
  const asked = new WeakMap<KoaContextWithOIDC, Promise<T>>();
  return (ctx) => {
    const answer = asked.get(ctx) ?? ask(ctx);
    asked.set(ctx, answer);
    return answer;
  };
}

const hasJustSignedIn = ({ oidc }: KoaContextWithOIDC) => oidc.result?.login !== undefined;
