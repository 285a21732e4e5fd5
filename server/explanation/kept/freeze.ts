import { randomBytes } from 'node:crypto';
import { changeOfId } from '../../domain/change-id.ts';
import type { MeterRegistry } from '../../metering/registry.ts';
import { namingWith } from '../charge/names.ts';
import { standingStill } from '../charge/standing-still.ts';
import type { Explanation, Freeze } from '../explanation.types.ts';
import type { Explanations } from '../explanations.ts';
import { asShared, hashOf } from './as-shared.ts';
import { basisToKeep } from './basis.ts';
import { basisOf } from './charge-of-basis.ts';
import { type ChangeFreezeDeps, createChangeFreeze, hiddenBy } from './freeze-change.ts';
import { contentToKeep } from './frozen-content.ts';
import { sealCursor } from './sealed-cursor.ts';

/** Resources of the first page. */
const RESOURCES = 100;

/** What is frozen from. */
export interface FreezeDeps extends Omit<ChangeFreezeDeps, 'find'> {
  explanations: Explanations;
  registry: MeterRegistry;
}

/**
 * Builds the function that freezes explanations, and differences. The time it took to compute is left out: it is not the charge's.
 */
export function createFreeze({ explanations, registry, ...deps }: FreezeDeps): Freeze {
  const freezeChange = createChangeFreeze({ ...deps, find: explanations.find });
  return async (accountId, chargeId, redaction) => {
    const change = changeOfId(chargeId);
    if (change !== null) return freezeChange(accountId, change, redaction);
    const secret = randomBytes(32).toString('base64url');
    const naming = namingWith(secret);
    const opened = await deps.readings.together(async () => {
      const moving = await explanations.find(accountId, chargeId);
      const found = moving && standingStill(moving, registry.currentMeters());
      const whole = found && (await explanations.of.explain(found, { cursor: null, limit: RESOURCES }));
      const hidden = hiddenBy(redaction, redaction.hideNames ? naming : null);
      return { found, whole, changes: found && (await deps.changes.ofCharge(accountId, chargeId, { hidden })) };
    });
    const { found, whole, changes } = opened;
    if (found === null || whole === null) return null;
    const { nextResources } = whole;
    const explanation: Explanation = {
      ...whole,
      checks: { ...whole.checks, milliseconds: 0 },
      nextResources: nextResources === null ? null : sealCursor(secret, nextResources),
    };
    const content = asShared({ explanation, changes }, redaction, naming);
    return {
      content: contentToKeep(content),
      sha256: hashOf(content),
      basis: basisToKeep(basisOf(found, chargeId, secret)),
      meteredThroughMicros: found.meteredThrough,
      description: describe(content.explanation),
    };
  };
}

function describe({ charge, invoice }: Explanation): string {
  const of = Object.values(charge.lineValues).filter((value) => value !== '');
  return `${charge.description}${of.length === 0 ? '' : ` of ${of.join(', ')}`}, ${invoice.period.key}`;
}
