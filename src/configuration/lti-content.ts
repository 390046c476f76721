/**
 * What teachers can add to a course at their campus: what the operator titled, and for a client that is an Open edX of ours its
 * course runs, as they were last seen there.
 *
 * Nothing is offered to which a launch could not lead.
 */
import type { CourseRun } from '../store/open-edx-course-runs.ts';
import type { ClientDocument } from './client-document.ts';
import { leadsTo } from './lti-target.ts';

export interface LtiContent {
  readonly title: string;
  readonly url: string;
  /** Points at most; null for what is not graded. */
  readonly scoreMaximum: number | null;
}

export interface RunsOfLms {
  /** What people have in their address bar: scheme, host and port. */
  readonly origin: string;
  readonly runs: readonly CourseRun[];
}

/** In the operator's order; course runs after that, by title. An address that both name is offered once, under the operator's title. */
export function contentOf(
  { lti_content: titled, lti_targets: targets }: Pick<ClientDocument, 'lti_content' | 'lti_targets'>,
  platforms: readonly RunsOfLms[],
): readonly LtiContent[] {
  const ownWords = titled.map(({ title, url, score_maximum }) => ({ title, url, scoreMaximum: score_maximum }));
  const runs = platforms.flatMap(({ origin, runs: listed }) =>
    listed.map(({ id, title }) => ({ title, url: `${origin}/courses/${encodeURI(id)}/course/`, scoreMaximum: null })),
  );
  const named = new Set<string>(titled.map(({ url }) => url));
  const others = runs.filter(({ url }) => !named.has(url) && leadsTo(targets, url));
  return [...ownWords, ...others.toSorted((a, b) => a.title.localeCompare(b.title, 'es'))];
}
