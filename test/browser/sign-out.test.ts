/**
 * Signing out asks where it must, and does what was answered (OpenID Connect RP-Initiated Logout 1.0 §2; A-34).
 */
import assert from 'node:assert/strict';
import { shownPerson, signInAs, type Visit, visitTest } from './walk.ts';

/** A request to sign out that does not say whom it means: any site can make a link of it. */
const withoutHint = ({ world }: Visit) =>
  `${world.broker}/oauth2/logout?${new URLSearchParams({
    client_id: 'course-site',
    post_logout_redirect_uri: `${world.courseSite}/signed-out`,
  })}`;

for (const [name, address] of Object.entries({
  'the sign-out page': ({ world }: Visit) => `${world.broker}/sign-out`,
  'a sign-out without a hint': withoutHint,
})) {
  visitTest(
    `${name} asks; "no" keeps the person signed in`,
    async (visit) => {
      const { page, world } = visit;
      await signInAs(page, world, 'nacional');
      await page.goto(address(visit));
      await page.getByTestId('confirm-no').click();
      await page.waitForURL((url) => url.href !== address(visit));
      await page.goto(`${world.broker}/account`);
      assert.equal(await page.getByTestId('account-name').textContent(), 'Citlali Ximena Robledo Ayala');
      await page.goto(world.courseSite);
      assert.equal(await shownPerson(page), 'Citlali Ximena Robledo Ayala');
    },
    {},
  );
}

visitTest(
  'a sign-out without a hint asks; "yes" signs out and leads back to the course site',
  async (visit) => {
    const { page, world } = visit;
    await signInAs(page, world, 'nacional');
    await page.goto(withoutHint(visit));
    await page.getByTestId('confirm-yes').click();
    await page.waitForURL((url) => url.origin === world.courseSite);
    await page.goto(`${world.broker}/account`);
    await page.getByTestId('provider-llave-mx').waitFor();
  },
  {},
);

visitTest(
  'the sign-out page asks; "yes" signs out here and at Llave MX',
  async ({ page, world }) => {
    await signInAs(page, world, 'nacional');
    await page.goto(`${world.broker}/sign-out`);
    await page.getByTestId('confirm-yes').click();
    await page.getByTestId('sign-in').click();
    await page.getByTestId('provider-llave-mx').click();
    await page.getByTestId('person-nacional').waitFor();
    assert.equal(await page.getByTestId('open-session').count(), 0);
  },
  {},
);
