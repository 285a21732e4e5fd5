import { createHash } from 'node:crypto';
import type { FrozenExplanation, Redaction } from '../../database/support/frozen-explanations.ts';
import { canonicalJson } from '../../domain/text/canonical-json.ts';
import type { Freeze } from '../explanation.types.ts';

const SHOWN_WHOLE: Redaction = { hidePayloads: false, hideNames: false };

/** An explanation of a made-up charge, frozen as the real one is: canonical JSON and its hash. */
export function frozenCharge(chargeId: string, redaction: Redaction = SHOWN_WHOLE): FrozenExplanation {
  const description = redaction.hideNames ? 'Standard-1X dynos' : 'Standard-1X dynos · shop · web';
  const event = { source: '/dynos', id: 'e-1', ...(redaction.hidePayloads ? {} : { data: { app: 'shop' } }) };
  const content = canonicalJson({ charge: { id: chargeId, description, amount: '12.50' }, events: [event] });
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { content, sha256, basis: '{}', meteredThroughMicros: 1_795_521_600_000_000, description };
}

/** Freezes every charge but those called `nothing`. */
export const freezeAnything: Freeze = async (_accountId, chargeId, redaction) =>
  chargeId === 'nothing' ? null : frozenCharge(chargeId, redaction);
