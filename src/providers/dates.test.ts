import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseBirthDate } from './dates.ts';

const day = fc.date({ min: new Date('1800-01-01'), max: new Date('2199-12-31'), noInvalidDate: true });

test('every day of the calendar is read the same in both forms that Llave MX sends', () => {
  fc.assert(
    fc.property(day, (date) => {
      const iso = date.toISOString().slice(0, 10);
      const [year, month, dayOfMonth] = iso.split('-');
      assert.equal(parseBirthDate(iso), iso);
      assert.equal(parseBirthDate(`${dayOfMonth}/${month}/${year}`), iso);
    }),
  );
});

test('a date is read exactly when the calendar has it', () => {
  const part = (max: number) => fc.integer({ min: 0, max }).map((value) => String(value).padStart(2, '0'));
  fc.assert(
    fc.property(fc.integer({ min: 1800, max: 2199 }), part(14), part(33), (year, month, dayOfMonth) => {
      const iso = `${year}-${month}-${dayOfMonth}`;
      // An independent judge: Date moves impossible days, so only real ones come back unchanged.
      const moment = new Date(Date.UTC(year, Number(month) - 1, Number(dayOfMonth)));
      const real = moment.toISOString().slice(0, 10) === iso;
      assert.equal(parseBirthDate(iso), real ? iso : null);
    }),
    { numRuns: 2000 },
  );
});

for (const odd of [
  '',
  'null',
  '1990-1-2',
  '1990/01/31',
  '31-01-1990',
  '1990-02-30',
  '29/02/1900',
  '1990-01-31T00:00:00Z',
  '0001-01-01',
  ' 1990-01-31',
  '１９９０-01-31',
]) {
  test(`no date is made of ${JSON.stringify(odd)}`, () => assert.equal(parseBirthDate(odd), null));
}
