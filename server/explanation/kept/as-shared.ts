import { createHash } from 'node:crypto';
import type { Redaction } from '../../database/support/frozen-explanations.ts';
import { type Naming, namingAgain } from '../charge/names.ts';
import type { Changes } from '../why/changes/changes.types.ts';
import { contentToKeep, type FrozenContent } from './frozen-content.ts';
import { changesWithoutActors, changesWithoutNames } from './hidden-changes.ts';
import { withoutContent, withoutNames } from './hidden-names.ts';

/** An explanation as whoever has the link is to see it. */
export function asShared(
  { explanation, changes }: Omit<FrozenContent, 'redaction'>,
  { hidePayloads, hideNames }: Redaction,
  naming: Naming,
): FrozenContent {
  const named = hideNames ? withoutNames(explanation, naming) : explanation;
  return {
    explanation: hidePayloads ? withoutContent(named) : named,
    ...(changes === undefined
      ? {}
      : { changes: changes && changesAsShared(changes, { hidePayloads, hideNames }, naming) }),
    redaction: { hidePayloads, hideNames },
  };
}

/** A difference by the same rules: names are hidden already where it was told without. */
function changesAsShared(changes: Changes, { hidePayloads, hideNames }: Redaction, naming: Naming): Changes {
  const named = hideNames ? changesWithoutNames(changes, namingAgain(naming)) : changes;
  return hidePayloads ? changesWithoutActors(named) : named;
}

/**
 * SHA-256 of the content, hex, as it would be kept. Of what is shown, and so never of what is hidden: a hash of names
 * beside all else that was hashed would tell whoever guesses them that they are right.
 */
export function hashOf(content: FrozenContent): string {
  return createHash('sha256').update(contentToKeep(content)).digest('hex');
}
