/**
 * The grade book of the campus: its columns, and the scores that arrived, by either generation's service.
 */

import type { Link } from './course.ts';

export interface LineItem {
  readonly id: string;
  readonly course: string;
  readonly label: string;
  readonly scoreMaximum: number;
  /** The slug of the link that it belongs to; null for a column that a tool made on its own. */
  readonly link: string | null;
  readonly resourceId: string | null;
  readonly tag: string | null;
  /** Whose column it is: the client id, or the consumer key. */
  readonly owner: string;
}

export interface Score {
  /** Null takes the score away. */
  readonly given: number | null;
  readonly maximum: number;
  readonly comment: string | null;
  readonly activityProgress: string;
  readonly gradingProgress: string;
  /** Milliseconds since the epoch, as the tool wrote it. */
  readonly at: number;
}

const most = 1_000;

export class Grades {
  readonly #lineItems = new Map<string, LineItem>();
  readonly #scores = new Map<string, Score>();

  get lineItems(): readonly LineItem[] {
    return [...this.#lineItems.values()];
  }

  /** @throws RangeError beyond 1,000 columns. */
  put(item: LineItem): void {
    if (this.#lineItems.size >= most && !this.#lineItems.has(item.id)) {
      throw new RangeError(`There are already ${most} columns.`);
    }
    this.#lineItems.set(item.id, item);
  }

  remove(id: string): void {
    this.#lineItems.delete(id);
  }

  get(course: string, id: string): LineItem | null {
    const item = this.#lineItems.get(id);
    return item?.course === course ? item : null;
  }

  /** The column of a graded link, made when it is first asked for. */
  ofLink(course: string, link: Link, owner: string): LineItem | null {
    if (!link.isGraded) return null;
    const id = `${course}.${link.slug}`;
    const known = this.#lineItems.get(id);
    if (known !== undefined) return known;
    const item = {
      id,
      course,
      label: link.title,
      scoreMaximum: 100,
      link: link.slug,
      resourceId: null,
      tag: null,
      owner,
    };
    this.put(item);
    return item;
  }

  score(item: string, person: string): Score | null {
    return this.#scores.get(`${item} ${person}`) ?? null;
  }

  setScore(item: string, person: string, score: Score): void {
    this.#scores.set(`${item} ${person}`, score);
  }
}
