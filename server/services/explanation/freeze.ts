import { createHash, randomBytes } from 'node:crypto';
import type { MeterRegistry } from '../../metering/registry.ts';
import type { Explanation, Freeze } from '../explanation.types.ts';
import { basisToKeep } from '../kept/basis.ts';
import { contentToKeep, type FrozenContent } from '../kept/frozen-content.ts';
import { basisOf } from './charge-of-basis.ts';
import type { Explanations } from './explanations.ts';
import { namingWith, withoutNames } from './hidden-names.ts';
import { sealCursor } from './sealed-cursor.ts';
import { standingStill } from './standing-still.ts';

/** Resources of the first page. */
const RESOURCES = 100;

/** Builds the function that freezes explanations. The time it took to compute is left out: it is not the charge's. */
export function createFreeze(explanations: Explanations, registry: MeterRegistry): Freeze {
  return async (accountId, chargeId, redaction) => {
    const moving = await explanations.find(accountId, chargeId);
    const found = moving && standingStill(moving, registry.currentMeters());
    const whole = found && (await explanations.of.explain(found, { cursor: null, limit: RESOURCES }));
    if (found === null || whole === null) return null;
    const secret = randomBytes(32).toString('base64url');
    const { nextResources } = whole;
    const explanation: Explanation = {
      ...whole,
      checks: { ...whole.checks, milliseconds: 0 },
      nextResources: nextResources === null ? null : sealCursor(secret, nextResources),
    };
    const content: FrozenContent = {
      explanation: redaction.hideNames ? withoutNames(explanation, namingWith(secret)) : explanation,
      redaction,
    };
    const text = contentToKeep(content);
    return {
      content: text,
      sha256: createHash('sha256').update(text).digest('hex'),
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
