/**
 * An activity of a campus, as apps name it and as it is named to them; and which refusal it is where none is meant, or several.
 */

import { deploymentOf } from '../lti/deployment.ts';
import type { LinkNamed, PlaceRefusal } from '../scores/take-score.ts';
import type { ScoreLink } from '../store/score-places.ts';
import type { WebContext } from '../web/context.ts';
import { refuse } from './answers.ts';
import type { LinkAnswer, ScoreQuery } from './schemas.ts';

export function linkAsked({ user, resource_link_id, context_id, deployment_id }: ScoreQuery): LinkNamed {
  return {
    ...{ user, resourceLinkId: resource_link_id, contextId: context_id ?? null },
    deployment: deployment_id ?? null,
  };
}

export const linkAnswer = (link: ScoreLink): LinkAnswer => ({
  ...{ deployment_id: deploymentOf(link), context_id: link.context?.id ?? null },
  resource_link_id: link.resourceLink.id,
});

export function refusePlace(c: WebContext, refusal: PlaceRefusal): Response {
  switch (refusal.kind) {
    case 'user-unknown':
      return refuse(c, 'score_user_unknown');
    case 'place-unknown':
      return refuse(c, 'score_place_unknown');
    case 'place-ambiguous':
      return refuse(c, 'score_place_ambiguous', { links: refusal.links.map(linkAnswer) });
  }
}
