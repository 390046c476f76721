/**
 * H-06, V-17: a password that is changed ends every other session of the account, and the apps of those are told at once.
 */
import assert from 'node:assert/strict';
import { forEachRig } from '../rig.ts';
import { choosePassword, isSignedIn, ownWays, signInByPassword } from './own-ways.ts';

const APP = 'https://cursos-server.test';

forEachRig(
  'H-06 a changed password tells the apps of every other session, and not of this one',
  async (rig) => {
    const told: string[] = [];
    rig.serve(APP, async (request) => {
      const token = new URLSearchParams(await request.text()).get('logout_token') ?? '';
      told.push(JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sid);
      return new Response(null, { status: 200 });
    });
    const [thief, owner] = [rig.browser(), rig.browser()];
    assert.ok(isSignedIn(await choosePassword(rig, rig.browser(), 'ana@uni.example')));
    assert.ok(isSignedIn(await signInByPassword(thief, 'ana@uni.example')));
    assert.deepEqual(told, []);
    const changed = await choosePassword(rig, owner, 'ana@uni.example', 'otra frase larga y muy distinta');
    assert.ok(isSignedIn(changed));
    await rig.clientEvents.settle();
    assert.equal(new Set(told).size, 2);
    assert.equal(await rig.count('sessions'), 1);
  },
  { ...ownWays, moreCourseSite: [...(ownWays.moreCourseSite ?? []), `backchannel_logout_uri: ${APP}/log-out`] },
);
