/**
 * The step that asks for what an account lacks: once, on one page, and for terms in each new version (E-01 to E-03).
 *
 * What is typed is read once, where it arrives; what comes of it stands among the answers. Must never agree to anything on
 * somebody's behalf, which is what the script of Open edX does where `skip_registration_form` is set, and must never believe
 * a field that the form showed as fixed.
 */
import type { AskedField, AskedTerms, JsonObject } from '../model.ts';
import { readField } from '../person/read-field.ts';
import type { FormPorts, Submission } from '../providers/provider.ts';
import { maySignUp, type PipelineStep } from './pipeline.ts';
import { COMPLETE_PROFILE } from './registration-answers.ts';
import { faultOf, formOfAccount, formOfNewcomer } from './registration-form.ts';

export const completeProfile: PipelineStep = {
  name: COMPLETE_PROFILE,

  decide({ profile, record, registration, purpose }, decision) {
    // Whoever connects something or shows that an account is theirs is asked when they sign in to it.
    if (!maySignUp(purpose)) return { kind: 'pass', reason: 'not-the-purpose' };
    if (registration === null) return { kind: 'pass', reason: 'nothing-is-asked' };
    const userId = decision?.kind === 'use' ? decision.userId : null;
    if (registration === 'unreadable') {
      // A newer version asks something that this one cannot: who is new waits for it, who is known is let in.
      if (userId !== null) return { kind: 'pass', reason: 'rules-cannot-be-read' };
      return { kind: 'deny', code: 'internal_error', reason: 'rules-cannot-be-read' };
    }
    const account = userId === null ? null : registration.accounts[userId];
    if (account === undefined) throw new Error('a sign-in was decided for an account that nobody looked at');
    const provided = { profile, record };
    const form =
      account === null ? formOfNewcomer(provided, registration) : formOfAccount(provided, registration, account);
    if (form === null) return { kind: 'pass', reason: 'nothing-is-missing' };
    return {
      kind: 'ask',
      form,
      reason: account === null ? 'asked-before-an-account-is-made' : 'account-lacks-something',
    };
  },

  async receive(submission, ports) {
    const { form, remembered, fields } = submission;
    // E-02: only our own button says that this is an answer. Without it the page stays as it is.
    if (form.kind !== 'registration' || fields.get('action') !== 'save') return { kind: 'form', form, remembered };
    const read = await Promise.all(form.fields.map((field) => receiveField(field, submission, ports)));
    const terms = form.terms && receiveTerms(form.terms, submission);
    if (read.some(({ fault }) => fault !== null) || (terms !== null && !terms.agreed)) {
      return { kind: 'form', form: { ...form, fields: read, terms }, remembered };
    }
    return { kind: 'answered', answer: answerOf(read, terms) };
  },
};

/** As much as comes back with every page of what cannot be used: enough to mend it. */
const LONGEST_SHOWN = 2000;

/** The field with the one form of what was typed; or as it was typed, with what is wrong. */
async function receiveField(
  asked: AskedField,
  { fields, requester }: Submission,
  ports: FormPorts,
): Promise<AskedField> {
  if (asked.rule === 'fixed') return asked;
  const typed = fields.get(asked.name) ?? '';
  const reading = readField(asked.name, typed, new Date(ports.now()).getUTCFullYear());
  if (reading.kind === 'fault') return { ...asked, value: typed.slice(0, LONGEST_SHOWN), fault: reading.fault };
  const { value } = reading;
  if (value === '') return { ...asked, value, fault: asked.rule === 'required' ? { code: 'missing' } : null };
  if (asked.name !== 'username') return { ...asked, value, fault: null };
  const judgement = await ports.usernames.tryOut(value, requester);
  return { ...asked, value, fault: faultOf(judgement) };
}

/** The version goes along: whoever had an older page open agrees to what stood there, and is asked for the new one. */
function receiveTerms(asked: AskedTerms, { fields }: Submission): AskedTerms {
  const agreed = fields.get('terms') === asked.version;
  return { ...asked, agreed, fault: agreed ? null : 'missing' };
}

function answerOf(read: readonly AskedField[], terms: AskedTerms | null): JsonObject {
  const said = read.filter(({ rule }) => rule !== 'fixed').map(({ name, value }) => [name, value]);
  return {
    fields: Object.fromEntries(said),
    terms: terms === null ? null : { version: terms.version, address: terms.address },
  };
}
