import { type CoverageDeps, type CoverageFault, coverageOf } from '../billing/coverage/coverage.ts';
import { listAccounts } from '../database/accounts/accounts.ts';
import { NotMeteredError } from '../metering/watermark.ts';
import { type Running, startRunning } from './run-and-rest.ts';

/** What the check of coverage reads, and whom it tells. */
export interface CoverageCheckDeps extends CoverageDeps {
  onFault: (fault: CoverageFault) => void;
  onError: (error: unknown) => void;
}

/** Checks accounts by turns, again and again. */
export interface CoverageCheck {
  /** Contributions on no invoice, and on two, among the accounts as they were last checked. */
  unbilled: () => number;
  doubled: () => number;
  /** Checks the next few accounts; after the last the first again. @returns how many there were */
  turn: (accounts: number, isStopping?: () => boolean) => Promise<number>;
}

/** The check without a clock of its own. */
export function createCoverageCheck(deps: CoverageCheckDeps): CoverageCheck {
  const faults = new Map<string, CoverageFault[]>();
  let after: string | null = null;
  const sum = (kind: CoverageFault['fault']) =>
    [...faults.values()]
      .flat()
      .reduce((all, { fault, contributions }) => (fault === kind ? all + contributions : all), 0);
  return {
    unbilled: () => sum('unbilled'),
    doubled: () => sum('doubled'),
    turn: async (limit, isStopping = () => false) => {
      const accounts = await listAccounts(deps.database.queries, { after, limit });
      after = accounts.length < limit ? null : (accounts.at(-1)?.id ?? null);
      for (const { id } of accounts) {
        if (isStopping()) break;
        try {
          const faultsNow = (await coverageOf(deps, id)).faults;
          for (const fault of faults.has(id) ? [] : faultsNow) deps.onFault(fault);
          if (faultsNow.length === 0) faults.delete(id);
          else faults.set(id, faultsNow);
        } catch (error) {
          // Its turn comes again; what was known of it stays.
          if (!(error instanceof NotMeteredError)) deps.onError(error);
        }
      }
      return accounts.length;
    },
  };
}

const ACCOUNTS_AT_ONCE = 5;
/** It rests this many times as long as it worked: who asks for a page has the machine. */
const REST = 50;

/** Runs the check at intervals of at least `everyMs`. */
export function startCheckingCoverage(
  check: CoverageCheck,
  everyMs: number,
  onError: (error: unknown) => void,
): Running {
  return startRunning(
    async (isStopping) => void (await check.turn(ACCOUNTS_AT_ONCE, isStopping)),
    (worked) => Math.max(everyMs, REST * worked),
    onError,
  );
}
