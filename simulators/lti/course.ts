/**
 * Courses of the campus, who is in them, and the links that open tools.
 */

export type CourseRole = 'learner' | 'instructor' | 'assistant' | 'mentor' | 'administrator';

export interface Link {
  /** Its id within the course, in the address, and the `resource_link` id with the course before it. */
  readonly slug: string;
  readonly title: string;
  /** The slug of the tool that it opens. */
  readonly tool: string;
  /** Where in the tool it leads; null for wherever launches lead. May have a query, which course authors write (lti.md §2.3). */
  readonly target: string | null;
  readonly custom: { readonly [name: string]: string };
  readonly isGraded: boolean;
}

export interface Course {
  readonly slug: string;
  readonly label: string;
  readonly title: string;
  /** By slug of the person. Who is not in it cannot launch from it, but visitors can where it is public. */
  readonly members: { readonly [person: string]: CourseRole };
  readonly isPublic: boolean;
  readonly links: readonly Link[];
}

/** A course with one link of each kind to each of the tools that are named. */
export function practiceCourse(tools: readonly string[]): Course {
  return {
    slug: 'mat-101',
    label: 'MAT-101',
    title: 'Cálculo & Álgebra (grupo 1)',
    members: {
      alumna: 'learner',
      alumno: 'learner',
      reservada: 'learner',
      'correo-vacio': 'learner',
      'vista-alumno': 'learner',
      profesora: 'instructor',
      administrador: 'administrator',
    },
    isPublic: true,
    links: tools.flatMap((tool) => [
      { slug: `${tool}-curso`, title: 'Abrir el curso', tool, target: null, custom: {}, isGraded: false },
      { slug: `${tool}-tarea`, title: 'Tarea 1: límites', tool, target: null, custom: { unit: '1' }, isGraded: true },
    ]),
  };
}
