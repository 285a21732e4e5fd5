import { backtest } from '../../server/testing/spend-histories.ts';
import { rounded } from './figures.ts';
import type { Row } from './report.ts';

const BAR = 0.95;

/** How often what is called unusual was planted, and how much of what was planted is called so. */
export async function unusualDaysFound(_folder: string, short: boolean): Promise<Row[]> {
  const histories = short ? 200 : 2_000;
  const { precision, recall, planted, told } = backtest(histories);
  return [
    {
      what: `unusual days in ${histories} made-up histories of 90 days, ${planted} planted, ${told} told`,
      measured: `precision ${rounded(precision)}, recall ${rounded(recall)}`,
      bar: `≥ ${BAR} each`,
      met: precision >= BAR && recall >= BAR,
      figures: { precision, recall, planted, told },
    },
  ];
}
