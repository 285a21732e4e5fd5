import type { ChargeFinder, ExplanationDeps } from '../charge/find-charge.ts';
import { explainedCorrection } from './correction.ts';
import type { Correction, CorrectionsSince } from './correction.types.ts';
import { correctionsSince } from './corrections-since.ts';

/** Opens corrections of charges. Both answer `null` when the account has no such line. */
export interface CorrectionsOfCharges {
  /** A correction by the id its line has. */
  correction: (accountId: string, correctionId: string) => Promise<Correction | null>;
  /** What became of a charge since its invoice was final. */
  since: (accountId: string, chargeId: string) => Promise<CorrectionsSince | null>;
}

/** Each answer is read at one watermark. */
export function createCorrectionsOfCharges(deps: ExplanationDeps, find: ChargeFinder): CorrectionsOfCharges {
  const { readings } = deps;
  return {
    correction: (accountId, correctionId) =>
      readings.together(() => explainedCorrection(deps, accountId, correctionId)),
    since: (accountId, chargeId) => readings.together(() => correctionsSince(deps, find, accountId, chargeId)),
  };
}
