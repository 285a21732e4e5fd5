import { EVENT_TYPES } from '../../catalog/catalog.ts';
import type { CloudEvent } from '../demo-event.ts';
import type { ReplayRow } from './rows.ts';

/** An envelope that says whose it is, for keys that serve every account. */
export interface ReplayEvent extends CloudEvent {
  account: string;
}

/**
 * The usage event of a recorded request, as a language-model add-on would send it.
 *
 * @param on the day it is placed on, `YYYY-MM-DD` in UTC; only the time of day comes from the recording. The id depends on row and day
 *   alone, so sending a row again for the same day is a duplicate.
 */
export function replayEvent(row: ReplayRow, { on, account }: { on: string; account: string }): ReplayEvent {
  return {
    specversion: '1.0',
    id: `conv-${on}-${row.row}`,
    source: '//replay/llm-inference-conv',
    type: EVENT_TYPES.inference,
    subject: 'inference-conversation-20231',
    time: `${on}T${row.timeOfDay}Z`,
    account,
    data: {
      app: 'conversation-service',
      team: 'serving',
      model: 'conv-2023',
      contextTokens: row.contextTokens,
      generatedTokens: row.generatedTokens,
    },
  };
}
