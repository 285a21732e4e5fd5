import type { Logger } from 'pino';
import { type DemoMemory, demoTraffic, ingestInto, simulatedThrough } from '../demo/demo.ts';
import { type Simulator, startSimulator } from '../demo/simulator.ts';
import type { Settings } from '../env.ts';
import { type CoverageCheck, startCheckingCoverage } from '../jobs/check-coverage.ts';
import { startClosing } from '../jobs/close-periods.ts';
import { startSendingMails } from '../jobs/send-mails.ts';
import type { Measuring } from '../measuring.ts';
import { folderMailer, type Mailer, smtpMailer } from '../outbox/mailer.ts';
import type { Stores } from '../stores.ts';
import type { Rooms } from './rooms.ts';

/** What is done by the clock is put together from these. */
export interface ClockworkDeps {
  settings: Settings;
  stores: Stores;
  measuring: Measuring;
  rooms: Rooms;
  coverage: CoverageCheck;
  /** `null` where there is no demo to simulate. */
  demo: DemoMemory | null;
  log: Logger;
  now: () => Date;
  onError: (error: unknown) => void;
}

/** What is done by the clock while the server runs. */
export interface Clockwork {
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

const CLOSE_EVERY_MS = 60_000;
const SEND_MAILS_EVERY_MS = 5_000;
const CHECK_COVERAGE_EVERY_MS = 30_000;

/** Rolls, closes periods, sends mails, checks coverage and, in a demo, simulates; nothing before `start`. */
export function createClockwork({ settings, stores, measuring, rooms, coverage, ...deps }: ClockworkDeps): Clockwork {
  const { demo, log, now, onError } = deps;
  const meteredThrough = () => measuring.watermark.meteredThrough;
  const mailer = mailerOf(settings);
  const started: { stop: () => Promise<void> }[] = [];
  let simulator: Simulator | null = null;
  return {
    start: async () => {
      await measuring.roller.start();
      const closing = { ...rooms.spending, invoices: rooms.invoices, meteredThrough, onError };
      started.push(startClosing(closing, CLOSE_EVERY_MS));
      const sending = { database: stores.database, mailer, now, onError };
      started.push(startSendingMails(sending, SEND_MAILS_EVERY_MS));
      started.push(startCheckingCoverage(coverage, CHECK_COVERAGE_EVERY_MS, onError));
      if (demo === null) return;
      simulator = startSimulator({
        traffic: demoTraffic(new Date(demo.anchor)),
        from: (await simulatedThrough(stores)) ?? new Date(demo.anchor),
        now,
        ingest: ingestInto(measuring.ingest, false),
        logger: log,
      });
    },
    stop: async () => {
      // Nothing new comes in while the others stop.
      await simulator?.stop();
      for (const each of started) await each.stop();
    },
  };
}

function mailerOf({ smtpUrl, mailFrom: from, dataDir }: Settings): Mailer {
  return smtpUrl === null ? folderMailer({ folder: `${dataDir}/mail`, from }) : smtpMailer({ smtpUrl, from });
}
