/**
 * Course runs to practise with: open, paced either way, with modes that cost something, closed, and one that only staff see.
 */

import type { CourseInput } from './records.ts';

const audit = { mode_slug: 'audit', mode_display_name: 'Audit' };
const verified = { mode_slug: 'verified', mode_display_name: 'Verified', min_price: 49 };

export const practiceCourses: readonly CourseInput[] = [
  {
    id: 'course-v1:Jacaranda+MAT101+2026',
    name: 'Matemáticas para empezar',
    short_description: 'Números, fracciones y proporciones con ejemplos de todos los días.',
    start: '2026-01-12T06:00:00Z',
    pacing: 'self',
    modes: [audit, verified],
  },
  {
    id: 'course-v1:Jacaranda+BIO110+2026_2',
    name: 'Biología de la milpa',
    short_description: 'Maíz, frijol y calabaza: qué pasa en un campo a lo largo del año.',
    start: '2026-08-10T06:00:00Z',
    end: '2036-12-11T06:00:00Z',
    enrollment_start: '2026-07-01T06:00:00Z',
    enrollment_end: '2036-08-31T06:00:00Z',
    certificate_available_date: '2036-12-18T06:00:00Z',
    modes: [audit, { ...verified, expiration_datetime: '2026-09-15T06:00:00Z' }],
  },
  {
    id: 'course-v1:Jacaranda+HIS201+2025',
    name: 'Historia del agua en el valle',
    short_description: 'Un curso que ya terminó.',
    start: '2025-01-13T06:00:00Z',
    end: '2025-06-13T06:00:00Z',
    enrollment_end: '2025-02-01T06:00:00Z',
    modes: [audit],
  },
  {
    id: 'course-v1:Jacaranda+DOC900+piloto',
    name: 'Piloto para docentes',
    short_description: 'Solo por invitación.',
    invitation_only: true,
    hidden: true,
    modes: [{ mode_slug: 'honor', mode_display_name: 'Honor' }],
  },
];
