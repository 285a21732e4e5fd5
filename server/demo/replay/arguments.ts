import { parseArgs } from 'node:util';
import { REPLAY_ACCOUNT } from '../accounts.ts';

/** What `npm run replay` was asked to do. */
export interface ReplayArguments {
  file: string;
  /** `YYYY-MM-DD`, UTC. */
  on: string;
  /** Origin of the running server, without a slash at its end. */
  url: string;
  account: string;
  /** `null`: look in the environment, then in the demo's key file. */
  key: string | null;
  batch: number;
  /** Where progress is remembered; `null`: in the system's temporary folder. */
  state: string | null;
  /** Begin with the first row, whatever is remembered. */
  restart: boolean;
}

/** Arguments that cannot be meant; the message says which and what would do. */
export class ReplayArgumentError extends Error {}

/** How to call the command. */
export const REPLAY_USAGE = `npm run replay -- FILE [--on YYYY-MM-DD] [--url http://127.0.0.1:3000] [--account ${REPLAY_ACCOUNT}]
                      [--key KEY] [--batch 1000] [--state STATEFILE] [--restart]

Sends a recording (CSV: TIMESTAMP,ContextTokens,GeneratedTokens) as usage events of a language-model add-on.
  --on       the UTC day the events are placed on; default yesterday
  --account  the account they belong to; default ${REPLAY_ACCOUNT}, which the demo keeps empty for this
  --key      an API key with the role ingest; default PLAINBILL_API_KEY, else the key the local demo wrote
  --batch    events a request, 1 to 10000
  --state    where progress is remembered; losing it only sends duplicates
  --restart  begin with the first row, whatever is remembered`;

const LARGEST_BATCH = 10_000;

/**
 * Reads the command line; `null` when it asks for help.
 * @throws ReplayArgumentError
 */
export function readReplayArguments(argv: string[], now: Date): ReplayArguments | null {
  const { values, positionals } = parse(argv);
  if (values.help) return null;
  const [file, extra] = positionals;
  if (file === undefined) throw new ReplayArgumentError('which FILE? Give the path of a recording.');
  if (extra !== undefined) throw new ReplayArgumentError(`one FILE at a time; what is ${extra}?`);
  if (values.account === '') throw new ReplayArgumentError('--account must not be empty');
  if (values.key === '') throw new ReplayArgumentError('--key must not be empty');
  return {
    file,
    on: dayOf(values.on, now),
    url: originOf(values.url ?? 'http://127.0.0.1:3000'),
    account: values.account ?? REPLAY_ACCOUNT,
    key: values.key ?? null,
    batch: batchOf(values.batch ?? '1000'),
    state: values.state ?? null,
    restart: values.restart ?? false,
  };
}

function parse(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: {
        on: { type: 'string' },
        url: { type: 'string' },
        account: { type: 'string' },
        key: { type: 'string' },
        batch: { type: 'string' },
        state: { type: 'string' },
        restart: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new ReplayArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function dayOf(text: string | undefined, now: Date): string {
  const today = now.toISOString().slice(0, 10);
  if (text === undefined) {
    return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - 1)).toISOString().slice(0, 10);
  }
  const midnight = new Date(`${text}T00:00:00Z`);
  // Days such as 30 February are moved by Date, so they must come back as they went in.
  const real = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(midnight.getTime());
  if (!real || midnight.toISOString().slice(0, 10) !== text) {
    throw new ReplayArgumentError(`--on must be a day such as ${today}, not ${text}`);
  }
  if (text > today) throw new ReplayArgumentError(`--on ${text} has not come yet; usage cannot be in the future`);
  return text;
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new ReplayArgumentError(`--url must be an address such as http://127.0.0.1:3000, not ${text}`);
  }
  return url.href.replace(/\/+$/, '');
}

function batchOf(text: string): number {
  const batch = Number(text);
  if (!/^\d+$/.test(text) || batch < 1 || batch > LARGEST_BATCH) {
    throw new ReplayArgumentError(`--batch must be a whole number from 1 to ${LARGEST_BATCH}, not ${text}`);
  }
  return batch;
}
