/**
 * The whole way of a score, with no part standing in for another: launched from the practice campus, given by the app, in the campus's
 * books.
 */
import assert from 'node:assert/strict';
import { scoreAnswerSchema } from '../../src/api/schemas.ts';
import { forEachRig } from '../rig.ts';
import { courseSite, enter, graded, openCampus, request, stateOf, tokenFor } from './scored-campus.ts';

for (const tool of ['nueva', 'antigua'] as const) {
  forEachRig(
    `${tool === 'nueva' ? 'LTI 1.3' : 'LTI 1.1'}: what the app gave is in the books of the campus`,
    async (rig) => {
      const campus = await openCampus(rig);
      const { userId: _, ...activity } = await enter(rig, campus, tool);
      const token = await tokenFor(rig);
      const give = async (scoreGiven: number, later: number) => {
        const response = await request(rig, token, '/lti/scores', { ...activity, ...graded(rig, later), scoreGiven });
        const { id } = scoreAnswerSchema.parse(await response.json());
        await rig.scores.settle();
        const { state, reason } = await stateOf(rig, token, id);
        assert.deepEqual([state, reason], ['sent', null]);
        const seen = campus.score(`mat-101.${tool}-tarea`, 'alumna');
        return seen === null ? null : (seen.given ?? 0) / (seen.maximum ?? 1);
      };
      assert.equal(await give(18, 0), 0.9);
      assert.equal(await give(10, 1000), 0.5);
      assert.deepEqual(campus.complaints, []);
    },
    { moreCourseSite: courseSite },
  );
}
