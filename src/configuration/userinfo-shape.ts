/**
 * What user info looks like for clients that were written for another product: which member tells which claim.
 *
 * A shape renames and writes in another type; it releases nothing. What is not released to the client is a fault here, and
 * what its tokens were not granted is left out later.
 */
import { z } from 'zod';
import { isObject } from './common-schemas.ts';

/** One member of an answer: a claim as it is, a claim in another type, or what is the same for everybody. */
export type ShapeMember =
  | string
  | { readonly claim: string; readonly type: 'text' | 'number' }
  | { readonly value: string | number | boolean };

/** Not an interface: it is stored as JSON. */
export type UserinfoMapping = {
  /** One more address of user info; null where the usual ones do. */
  readonly path: string | null;
  readonly members: { readonly [member: string]: ShapeMember };
};

export type UserinfoShape = 'standard' | NamedShape | UserinfoMapping;
export type NamedShape = keyof typeof namedShapes;

/** Shapes of products that many have. */
export const namedShapes = {
  /** Of MITx Online and xPRO, for MIT's backend `ol-oauth2` (mit-apps.md §2). It reads username, email and name. */
  'mit-users-me': {
    path: '/api/users/me',
    members: {
      id: 'sub',
      global_id: 'sub',
      username: 'preferred_username',
      email: 'email',
      name: 'name',
      is_anonymous: { value: false },
      is_authenticated: { value: true },
      is_active: { value: true },
    },
  },
} as const satisfies { readonly [name: string]: UserinfoMapping };

/** The shape as members and claims; null for the standard one. */
export function mappingOf(shape: UserinfoShape): UserinfoMapping | null {
  if (shape === 'standard') return null;
  return typeof shape === 'string' ? namedShapes[shape] : shape;
}

/** All the addresses that clients' shapes bring. */
export function pathsOfShapes(clients: Iterable<{ readonly userinfo_shape: UserinfoShape }>): ReadonlySet<string> {
  return new Set([...clients].flatMap(({ userinfo_shape: shape }) => mappingOf(shape)?.path ?? []));
}

/** Claims that say who it is. An answer without one of them would make one person of everybody (open-edx.md §2). */
const identifying = ['sub', 'preferred_username'];

/**
 * Claims that the shape tells and the client may not have. A named one serves clients that may have more or less, so of it only what
 * says who it is must be there.
 */
export function claimsHidden(shape: UserinfoShape, released: readonly string[]): string[] {
  const claims = claimsIn(mappingOf(shape));
  const needed = typeof shape === 'string' ? claims.filter(isIdentifying) : claims;
  // `sub` every client may have.
  return needed.filter((claim) => claim !== 'sub' && !released.includes(claim));
}

export function isIdentifying(claim: string): boolean {
  return identifying.includes(claim);
}

function claimsIn(mapping: UserinfoMapping | null): string[] {
  return [...new Set(Object.values(mapping?.members ?? {}).flatMap((member) => claimOf(member) ?? []))];
}

/** The claim that a member tells; null where it is the same for everybody. */
export function claimOf(member: ShapeMember): string | null {
  if (typeof member === 'string') return member;
  return 'claim' in member ? member.claim : null;
}

const MAXIMUM_MEMBERS = 50;
/** No `__proto__`, and nothing that would need quoting in the places where old clients put it. */
const memberNameSchema = z
  .string()
  .regex(/^(?!__)[A-Za-z_][A-Za-z0-9_.-]{0,63}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -, with a letter first');

const valueSchema = z.union([z.string().max(200), z.number(), z.boolean()]);
const structuredMemberSchema = z.union([
  z.strictObject({ claim: z.string(), type: z.enum(['text', 'number']) }),
  z.strictObject({ value: valueSchema }),
]);
const MEMBER = 'must be a claim, { claim: …, type: text } (or number), or { value: … }';
const memberSchema = z.union([z.string().regex(/^[a-z_]{1,50}$/, MEMBER), structuredMemberSchema], { error: MEMBER });

/** Segments that are ours, now or by what is promised: no address of a shape may begin with them. */
const ours = [
  ...['oauth2', '.well-known', 'account', 'admin', 'assets', 'auth', 'callback', 'lti', 'sign-in', 'sign-out'],
  ...['healthz', 'readyz', 'metrics'],
];

const pathSchema = z
  .string()
  .max(200, 'must have at most 200 characters')
  .regex(/^(?:\/(?!\.{1,2}(?:\/|$))[A-Za-z0-9._~-]+)+$/, 'must be a path such as /oauth/me')
  .refine((path) => !isOurs(path), 'is an address of our own');

function isOurs(path: string): boolean {
  const [, first = '', second] = path.toLowerCase().split('/');
  return ours.includes(first) || (first === 'api' && second === 'v1');
}

const mappingSchema = z.strictObject({
  path: pathSchema.nullable().default(null),
  members: z.record(memberNameSchema, memberSchema).check((context) => {
    const members = Object.values(context.value);
    const faults = [
      ...(members.length > MAXIMUM_MEMBERS ? [`must have at most ${MAXIMUM_MEMBERS}`] : []),
      ...(members.some((member) => isIdentifying(claimOf(member) ?? ''))
        ? []
        : ['must tell sub or preferred_username: otherwise everybody is one person']),
    ];
    for (const message of faults) context.issues.push({ code: 'custom', message, input: undefined });
  }),
});

export const userinfoShapeSchema = z.unknown().transform((given, context): UserinfoShape => {
  if (isObject(given)) {
    const read = mappingSchema.safeParse(given);
    if (read.success) return read.data;
    for (const issue of read.error.issues) context.issues.push({ ...issue, input: undefined } as z.core.$ZodRawIssue);
    return z.NEVER;
  }
  if (given === 'standard' || (typeof given === 'string' && Object.hasOwn(namedShapes, given))) {
    return given as 'standard' | NamedShape;
  }
  const names = ['standard', ...Object.keys(namedShapes)].join(', ');
  context.issues.push({ code: 'custom', message: `must be one of ${names}, or a map with members`, input: given });
  return z.NEVER;
});
