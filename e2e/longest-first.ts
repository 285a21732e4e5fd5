import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The files that take longest, the longest first, in about minutes of one core. On a machine that has not run them before Vitest begins
 * with the largest files; the longest are small ones, and the last would run alone.
 */
const LONGEST = [
  ...['e2e/fuzz', 'e2e/days', 'e2e/one-state', 'e2e/every-charge-adds-up', 'e2e/random-amounts', 'e2e/meter-history'],
  ...['e2e/closing', 'e2e/faults', 'e2e/exactly-once', 'e2e/money-model', 'e2e/demo-situations', 'e2e/nameless-links'],
  ...['e2e/what-made-the-difference', 'e2e/invoice-days', 'e2e/explanation-links', 'e2e/odd-addresses', 'e2e/kills'],
  ...['e2e/explanations-complete-and-private', 'e2e/hostile', 'e2e/doors', 'e2e/corrections', 'e2e/one-watermark'],
  ...['e2e/account-end', 'e2e/one-calculation', 'e2e/large-events', 'e2e/charges-of-nothing', 'e2e/kept/kept'],
  ...['server/metering/usage.property', 'server/domain/rating/rate-account.properties'],
].map((file) => `/${file}.test.ts`);

/** Starts the longest files first, so that no core is idle while the last one runs. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const at = LONGEST.findIndex((file) => moduleId.endsWith(file));
      return at < 0 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
