/**
 * What a teacher chooses for a course at a campus, and what its administration is told of personal data, in English.
 */

export const deepLink = {
  title: 'Choose what to add to your course',
  intro: (campus: string, app: string) => `What you choose is added to your course at ${campus}, and opens in ${app}.`,
  one: 'Choose an activity',
  several: 'Choose one or more activities',
  graded: (points: string) => `Graded: ${points} points`,
  searchLabel: 'Search by name',
  search: 'Search',
  nothingFound: (query: string) => `There is nothing with “${query}”.`,
  mayBeMore: 'There are more. Type part of the name to find them.',
  nothingChosen: 'Choose at least one activity.',
  nothingOffered: (app: string) => `There is nothing of ${app} yet that you can add from here.`,
  nothingOfferedNext: 'Ask whoever runs this site to prepare it.',
  add: 'Add to the course',
  cancel: 'Add nothing',
};

export const dataPrivacy = {
  title: 'Personal data that we hold',
  intro: (campus: string) =>
    `You come from ${campus} and ask about the data of a person. This page says which kinds of data we hold of people who sign in here, and whom to ask for them. We show nobody’s data: it is that person’s, and only they open it.`,
  person: (campus: string) => `Identifier of the person at ${campus}`,
  kept: 'What there may be of a person',
  kinds: {
    account: 'Their username, their name, and what they or the services that they sign in with told us.',
    addresses: 'Their e-mail addresses, and who verified them.',
    ways: 'What they sign in with, among it the identifier that the campus gives them.',
    identifiers:
      'Encrypted: their CURP, phone number, and student or staff number, if a service that they signed in with or their institution sends it.',
    course: 'Their role and course at the campus, as long as their session lasts.',
    grades: 'Where their grades go at the campus, and those that an app gave them there in the last month.',
    sessions: 'Their open sessions: when, and with what kind of browser.',
    apps: 'The sites that they sign in to through us, and what they agreed to share with them.',
    history: 'A record of their sign-ins and of changes to their account.',
  },
  askHeading: 'Whom to ask',
  byPerson: 'The person sees, downloads and deletes their data in their account, without asking anybody.',
  own: 'Open the data of my account',
  byCampus:
    'If the campus needs it, write to whoever runs this site, with the identifier that the campus gives them and the reason.',
  askNobodyNamed: 'Whoever set up this site at your institution knows whom to write to.',
};
