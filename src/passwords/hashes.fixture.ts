/**
 * Hashes that Django 3.2 with argon2-cffi 21.1 and bcrypt 3.2 made (`test/interop/django_hasher.py`), and of which password.
 */

/** In NFC, which is its NFKC. */
export const PHRASE = 'la contraseña de Ñandú 🔑';
/** What bcrypt alone looks at, and what it does not see. */
export const SEEN_BY_BCRYPT = 'x'.repeat(72);
export const LONG_PHRASE = `${SEEN_BY_BCRYPT} and a tail`;

export const hashesOfPhrase = {
  pbkdf2_sha256: 'pbkdf2_sha256$260000$h5oPAYdM1LMe9V0VCxKosa$segPpeLl5610lB6BnxTjipnKuAHoSjQeF3uon3nNnOo=',
  pbkdf2_sha1: 'pbkdf2_sha1$260000$gWbXJLs9iUU32pe2MtwNUq$rpkR68M/TybdRPB9m0Py+Xc3khw=',
  argon2id: 'argon2$argon2id$v=19$m=102400,t=2,p=8$VnJmbWJYQVFhVFBaem5qSnhiRGhzZg$nQ/POFdr2W/ICem79ZgQcA',
  argon2i: 'argon2$argon2i$v=19$m=512,t=2,p=2$XR9ZcTFatz3HglNoQ1112Q$arCg7mR0hr925Dl2IVCGxA',
  bcrypt_sha256: 'bcrypt_sha256$$2b$12$z0/z.P7vIdq.olJyU7Gq6e4jbm3.fY07oeiSYXA9Y5q8.tLd.990W',
  bcrypt: 'bcrypt$$2b$12$8n1xljAwO3EkgKjBTQAq2.jHvJHy7QZ6wfOFnyhBMOP9EmnUttaRC',
  scrypt:
    'scrypt$16384$PvqogHcvjmlBkXofDAaDaP$8$5$7vkazZp5/iScNIqcUvrn3ChRcu7sklAa3cu2jl0Had0CN/xQD+iykHIW/zXBwEfRf/bdnCNSoWNzRrxbKeDNdw==',
  bare2a: '$2a$06$BTO43PQSR10h809aVjM39uHyD6yJX44hnGs8m2GJSEYG3osqQO.m.',
  bare2b: '$2b$06$psWWl4MPxXBl248JwsokIuZObjIdVcmQre8/4QlPeuvWPmrmPXt12',
  bare2y: '$2y$06$99Z2yeRAH2cf.REzJNMQMOTGl0LH0hLiAVfD3nKq/Jzvhi8iDCyV6',
  bareArgon2id: '$argon2id$v=19$m=8192,t=3,p=2$oLvKnZO2klKWHActQPzVNg$PCijpycSewwg7hch5q8lAw',
} as const;

/** Of the same phrase as it comes decomposed: who made them did not normalise. */
export const hashesOfDecomposedPhrase = {
  pbkdf2_sha256: 'pbkdf2_sha256$260000$3kNbCkqDe09h2ffm440gOR$/BUlDJebm5yJN/NSAXpRx8bw2gvVPsyb94q6+3matFY=',
  bare2b: '$2b$06$YBd6PJqGSQYzPc4b6wFPne197RzqTYv8kfT1vs.L746kzb1PrkZNu',
} as const;

export const hashesOfLongPhrase = {
  bcrypt_sha256: 'bcrypt_sha256$$2b$12$mcDiDlyM82IQE4YAaT/Y2e.mfREkz05okCb.DIYetZGgYwepYecxm',
  bare2y: '$2y$06$upVhMuYzfC6JgYN/S9yIXeHUSO5o4zE0oultQmq4ArG6Apt38WxG.',
} as const;
