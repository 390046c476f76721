/**
 * Two courses to begin with, of an author whom nobody can be.
 */
import type { Database } from './database.ts';
import { personOf } from './merge.ts';

interface SampleCourse {
  readonly title: string;
  readonly units: readonly {
    readonly title: string;
    readonly lessons: readonly (readonly [question: string, answer: string])[];
  }[];
}

const samples: readonly SampleCourse[] = [
  {
    title: 'Probabilidad de todos los días',
    units: [
      {
        title: 'Monedas y dados',
        lessons: [
          [
            'Lanzas dos monedas. ¿Qué tan probable es que al menos una caiga en águila? ¿Por qué?',
            'Tres de cuatro: de los cuatro resultados igual de probables, solo en uno no hay águila.',
          ],
          [
            'Un dado cayó tres veces en seis. ¿Es menos probable otro seis?',
            'No. El dado no recuerda: sigue siendo una de seis.',
          ],
        ],
      },
      {
        title: 'Pruebas médicas',
        lessons: [
          [
            'Una prueba acierta en 99 de 100 casos y la enfermedad es muy rara. Saliste positivo. ¿Debes alarmarte?',
            'Todavía no: entre muchísima gente sana, el uno por ciento de errores suma más que los pocos enfermos.',
          ],
        ],
      },
    ],
  },
  {
    title: 'Evolution at work',
    units: [
      {
        title: 'Antibiotics',
        lessons: [
          [
            'Why does a treatment that is stopped early make resistant bacteria more common?',
            'Those that survive the longest are the least sensitive; stopped early, they are the ones that multiply.',
          ],
        ],
      },
    ],
  },
];

/** Does nothing where there are courses already. */
export function seedCourses(database: Database): void {
  database.transaction(() => {
    if (database.get('select 1 from courses') !== null) return;
    // The broker's subjects hold no space: nobody signs in as the author of the samples.
    const author = { added_by: personOf(database, 'the author of the samples') };
    const machine = database.insert('fsms', { name: 'lesson', ...author });
    const [asked, answered, evaluated] = ['asked', 'answered', 'evaluated'].map((name) =>
      database.insert('fsm_nodes', { fsm_id: machine, name, ...author }),
    );
    for (const [from, to] of [
      [asked, answered],
      [answered, evaluated],
    ]) {
      database.insert('fsm_edges', { from_node_id: from ?? null, to_node_id: to ?? null, ...author });
    }
    for (const { title, units } of samples) {
      const course = database.insert('courses', { title, access: 'public', ...author });
      for (const [position, unit] of units.entries()) {
        const unitId = database.insert('units', { title: unit.title, ...author });
        database.insert('course_units', { course_id: course, unit_id: unitId, position, ...author });
        for (const [place, [question, answer]] of unit.lessons.entries()) {
          const lesson = database.insert('lessons', { question, answer, ...author });
          database.insert('unit_lessons', { unit_id: unitId, lesson_id: lesson, position: place, ...author });
        }
      }
    }
  });
}
