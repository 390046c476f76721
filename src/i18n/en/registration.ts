/**
 * What the pages of registration say, in English: what is asked, why, and what is wrong with what was typed.
 */
import type { Texts } from '../es-mx.ts';

export const registration = {
  title: { new: 'Complete your registration', known: 'Something of yours is missing', terms: 'Before you go in' },
  intro: {
    new: 'Check your details before you go in. We ask for them only this once.',
    known: 'To keep signing in, we need what is missing here. We ask for it only this once.',
    terms: 'Read the following and, if you agree, accept it.',
  },
  optional: '(optional)',
  choose: 'Choose one',
  submit: { new: 'Create my account', known: 'Save and sign in', terms: 'Accept and sign in' },
  labels: {
    given_name: 'Given name',
    family_name: 'Family name',
    username: 'Username',
    email: 'E-mail address',
    country: 'Country you live in',
    state: 'State or province',
    city: 'City or town',
    mailing_address: 'Postal address',
    language: 'Language you prefer',
    year_of_birth: 'Year of birth',
    gender: 'Gender',
    level_of_education: 'Highest level of education completed',
    goals: 'What do you hope to get from your courses?',
  },
  help: {
    family_name: 'If you have two surnames, write both.',
    username:
      'It is what others see of you in your courses, and cannot be changed later. You can keep the one we propose.',
    mailing_address: 'Street, number and postal code.',
    year_of_birth: 'In four digits, such as 1998.',
  },
  genders: { f: 'Female', m: 'Male', o: 'Other, or prefer not to say' },
  educationLevels: {
    p: 'Doctorate',
    m: "Master's or professional degree",
    b: "Bachelor's degree",
    a: 'Associate degree',
    hs: 'Secondary or high school',
    jhs: 'Junior secondary or middle school',
    el: 'Primary school',
    none: 'No formal education',
    other: 'Other education',
  },
  faults: {
    missing: 'This is missing.',
    too_long: (limit: number) => `It is too long: use ${limit} characters or fewer.`,
    reserved: 'That name is reserved for this site. Choose another.',
    holds_curp: 'It looks like a CURP, and other people see a username. Choose another.',
    taken: 'Somebody else has that name. Choose another.',
    free: (names: string) => `You could use, for example: ${names}.`,
    malformed: {
      given_name: 'Write just your name, without the signs < and > or web addresses.',
      family_name: 'Write just your surnames, without the signs < and > or web addresses.',
      username: 'Use 2 to 30 letters without accents, digits, hyphens or underscores.',
      email: 'Check that the address is complete, such as ana@example.org.',
      year_of_birth: 'Write the year in which you were born, in four digits, such as 1998.',
      other: 'Choose one from the list.',
    },
  },
  terms: {
    agree: (title: string) => `I accept what “${title}” says.`,
    unnamed: 'Terms of use',
    opens: 'It opens in another tab.',
    missing: 'To go in you need to accept this.',
  },
} satisfies Texts['registration'];

export const about = {
  heading: 'More about you',
  termsHeading: 'Terms you accepted',
  version: (version: string) => `Version: ${version}`,
  agreedOn: 'Accepted on',
} satisfies Texts['about'];
