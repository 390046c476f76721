/**
 * What people do here: enrol, answer, compare with the author's answer, say what they do not understand, and go on.
 *
 * Each step leaves rows in several tables, as in the app that this one is modelled on: that is what a merge has to carry.
 */
import type { Database, Row } from './database.ts';

export type Evaluation = 'different' | 'close' | 'correct';

export interface Course {
  readonly id: number;
  readonly title: string;
  readonly isEnrolled: boolean;
}

export interface Lesson {
  readonly unitLessonId: number;
  readonly unitId: number;
  readonly question: string;
  readonly answer: string;
  readonly likes: number;
  /** What this person answered last; null while they have not. */
  readonly response: { readonly id: number; readonly text: string; readonly evaluation: Evaluation | null } | null;
  readonly errors: readonly string[];
}

export interface Unit {
  readonly id: number;
  readonly title: string;
  readonly isFinished: boolean;
  readonly lessons: readonly Lesson[];
}

/** How much of each there is for a person: the numbers that must survive a merge. */
export interface Progress {
  readonly courses: number;
  readonly responses: number;
  readonly errors: number;
  readonly finishedUnits: number;
  readonly messages: number;
}

export interface Learning {
  courses(person: number | null): readonly Course[];
  units(course: number, person: number): readonly Unit[];
  progress(person: number): Progress;
  /** Each answers false where there is no such course or lesson, or it is none of this person's. */
  enrol(course: number, person: number): boolean;
  answer(unitLesson: number, person: number, text: string): boolean;
  evaluate(response: number, person: number, evaluation: Evaluation, error: string): boolean;
  like(unitLesson: number, person: number): boolean;
}

export function createLearning(database: Database, now: () => number): Learning {
  const count = (statement: string, person: number) => Number(database.get(statement, person)?.n ?? 0);

  function lesson(row: Row, person: number): Lesson {
    const id = Number(row.id);
    const response = database.get(
      'select id, text, evaluation from responses where unit_lesson_id = ? and author_id = ? order by id desc limit 1',
      id,
      person,
    );
    const errors = database.all(
      `select student_errors.text from student_errors join responses on responses.id = response_id
       where unit_lesson_id = ? and student_errors.author_id = ? order by student_errors.id`,
      id,
      person,
    );
    return {
      unitLessonId: id,
      unitId: Number(row.unit_id),
      question: String(row.question),
      answer: String(row.answer),
      likes: Number(row.likes),
      response: response && {
        id: Number(response.id),
        text: String(response.text),
        evaluation: response.evaluation as Evaluation | null,
      },
      errors: errors.map(({ text }) => String(text)),
    };
  }

  /** Where the person is in this unit: status, state of the machine, and the conversation. */
  function goOn(unit: number, person: number, node: string, message: string): void {
    const nodeId = Number(database.get('select id from fsm_nodes where name = ?', node)?.id);
    if (
      database.run(
        'update unit_statuses set position = position + 1 where unit_id = ? and person_id = ?',
        unit,
        person,
      ) === 0
    ) {
      database.insert('unit_statuses', { unit_id: unit, person_id: person, position: 1, finished_at: null });
    }
    const moved = 'update fsm_states set node_id = ?, changed_at = ? where unit_id = ? and person_id = ?';
    if (database.run(moved, nodeId, now(), unit, person) === 0) {
      database.insert('fsm_states', { person_id: person, node_id: nodeId, unit_id: unit, changed_at: now() });
    }
    database.insert('activity_events', { person_id: person, node_id: nodeId, at: now() });
    const known = database.get(
      'select id from chats where unit_id = ? and person_id = ? order by id desc',
      unit,
      person,
    );
    const chat = { unit_id: unit, person_id: person, instructor_id: null, begun_at: now() };
    const chatId = known === null ? database.insert('chats', chat) : Number(known.id);
    database.insert('messages', { chat_id: chatId, owner_id: person, text: message, at: now() });
  }

  /** Finished when every lesson of it was evaluated. */
  function finishWhereDone(unit: number, person: number): void {
    const open = database.get(
      `select 1 from unit_lessons where unit_id = ? and not exists (
         select 1 from responses where unit_lesson_id = unit_lessons.id and author_id = ? and evaluation is not null)`,
      unit,
      person,
    );
    if (open !== null) return;
    const statement =
      'update unit_statuses set finished_at = ? where unit_id = ? and person_id = ? and finished_at is null';
    database.run(statement, now(), unit, person);
  }

  return {
    courses: (person) =>
      database
        .all(
          `select id, title, exists (select 1 from roles where course_id = courses.id and person_id = ?) as enrolled
           from courses where access = 'public' order by id`,
          person,
        )
        .map(({ id, title, enrolled }) => ({ id: Number(id), title: String(title), isEnrolled: enrolled === 1 })),

    units: (course, person) =>
      database
        .all(
          `select units.id, units.title, exists (
             select 1 from unit_statuses where unit_id = units.id and person_id = ? and finished_at is not null) as finished
           from course_units join units on units.id = unit_id where course_id = ? order by position`,
          person,
          course,
        )
        .map((unit) => ({
          id: Number(unit.id),
          title: String(unit.title),
          isFinished: unit.finished === 1,
          lessons: database
            .all(
              `select unit_lessons.id, unit_id, question, answer,
                 (select count(*) from likes where unit_lesson_id = unit_lessons.id) as likes
               from unit_lessons join lessons on lessons.id = lesson_id where unit_id = ? order by position`,
              Number(unit.id),
            )
            .map((row) => lesson(row, person)),
        })),

    progress: (person) => ({
      courses: count('select count(distinct course_id) as n from roles where person_id = ?', person),
      responses: count('select count(*) as n from responses where author_id = ?', person),
      errors: count('select count(*) as n from student_errors where author_id = ?', person),
      finishedUnits: count(
        'select count(distinct unit_id) as n from unit_statuses where person_id = ? and finished_at is not null',
        person,
      ),
      messages: count('select count(*) as n from messages where owner_id = ?', person),
    }),

    enrol: (course, person) =>
      database.transaction(() => {
        if (database.get("select 1 from courses where id = ? and access = 'public'", course) === null) return false;
        const role = 'insert into roles (course_id, role, person_id) values (?, ?, ?) on conflict do nothing';
        database.run(role, course, 'self', person);
        return true;
      }),

    answer: (unitLesson, person, text) =>
      database.transaction(() => {
        const found = database.get('select unit_id from unit_lessons where id = ?', unitLesson);
        if (found === null) return false;
        const response = {
          unit_lesson_id: unitLesson,
          author_id: person,
          text,
          evaluation: null,
          is_preview: 0,
          at: now(),
        };
        database.insert('responses', response);
        goOn(Number(found.unit_id), person, 'answered', text);
        return true;
      }),

    evaluate: (response, person, evaluation, error) =>
      database.transaction(() => {
        const found = database.get(
          `select unit_id, lesson_id from responses join unit_lessons on unit_lessons.id = unit_lesson_id
           where responses.id = ? and author_id = ?`,
          response,
          person,
        );
        if (found === null) return false;
        database.run('update responses set evaluation = ? where id = ?', evaluation, response);
        if (error !== '') {
          const status = evaluation === 'different' ? 'help' : 'review';
          database.insert('student_errors', { response_id: response, author_id: person, text: error, status });
          database.insert('study_lists', { lesson_id: found.lesson_id ?? null, person_id: person });
        }
        goOn(Number(found.unit_id), person, 'evaluated', evaluation);
        finishWhereDone(Number(found.unit_id), person);
        return true;
      }),

    like: (unitLesson, person) =>
      database.transaction(() => {
        if (database.get('select 1 from unit_lessons where id = ?', unitLesson) === null) return false;
        const like = 'insert into likes (unit_lesson_id, person_id) values (?, ?) on conflict do nothing';
        database.run(like, unitLesson, person);
        return true;
      }),
  };
}
