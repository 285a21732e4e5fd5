import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { startChild } from './child.ts';
import type { ClosingAnswer, ClosingQuestion } from './children/closing-month.ts';
import { rounded } from './figures.ts';
import type { Row } from './report.ts';

const BAR = 100;
const IDLE_BAR_MS = 50;

/** Closes a month of small accounts: reading, rating, numbering, credits and the invoice, each account a transaction. */
export async function closing(folder: string, short: boolean): Promise<Row[]> {
  const accounts = short ? 300 : 1_000;
  const idle = short ? 9_700 : 99_000;
  const month = startChild(new URL('./children/closing-month.ts', import.meta.url));
  try {
    const dataDir = await mkdtemp(join(folder, 'closing-'));
    const { seconds, made, madeAgain, idlePassMs } = await month.ask<ClosingAnswer>({
      dataDir,
      accounts,
      idle,
    } satisfies ClosingQuestion);
    if (made !== accounts) throw new Error(`${made} invoices were made for ${accounts} accounts.`);
    if (madeAgain !== 0) throw new Error(`${madeAgain} invoices were made a second time.`);
    const rate = made / seconds;
    return [
      {
        what: `close a month of ${accounts.toLocaleString('en')} small accounts`,
        measured: `${rounded(rate)} accounts/s`,
        bar: `≥ ${BAR}`,
        met: rate >= BAR,
        figures: { seconds, accounts },
      },
      {
        what: `a pass over ${(accounts + idle).toLocaleString('en')} accounts that finds nothing due`,
        measured: `${rounded(idlePassMs)} ms`,
        bar: `≤ ${IDLE_BAR_MS} ms`,
        met: idlePassMs <= IDLE_BAR_MS,
        figures: { idlePassMs, accounts: accounts + idle },
      },
    ];
  } finally {
    await month.end();
  }
}
