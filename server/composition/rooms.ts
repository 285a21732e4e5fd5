import type { ClickHouse } from '../../clickhouse/index.ts';
import { createChargesReader } from '../billing/account-charges.ts';
import { createInvoices } from '../billing/invoices/invoices.ts';
import type { Settings } from '../env.ts';
import { createCorrectionsOfCharges } from '../explanation/corrections/corrections-of-charges.ts';
import { createExplanations } from '../explanation/explanations.ts';
import { createFreeze } from '../explanation/kept/freeze.ts';
import { createDaysOfCharges } from '../explanation/levels/day-of-charge.ts';
import { createReceipts } from '../explanation/receipt.ts';
import { createChanges } from '../explanation/why/changes/changes.ts';
import type { Measuring } from '../measuring.ts';
import { KeptAnswers } from '../pages/kept-answers.ts';
import { createPageAnswers } from '../pages/pages.ts';
import type { Stores } from '../stores.ts';
import { createLinkOpenings } from '../support/link-openings.ts';
import { createQuestions } from '../support/questions.ts';

/** What the rooms are put together from. */
export interface RoomsDeps {
  settings: Settings;
  publicUrl: string;
  database: Stores['database'];
  /** Whoever reads it waits for a turn. */
  store: ClickHouse;
  measuring: Measuring;
  now: () => Date;
  onError: (error: unknown) => void;
}

/** The rooms between what measures and who asks, each made once. */
export type Rooms = ReturnType<typeof createRooms>;

/** Makes them, lowest first. */
export function createRooms({ settings, publicUrl, database, store, measuring, now, onError }: RoomsDeps) {
  const { registry, read, watermark: readings } = measuring;
  const charges = createChargesReader(store, registry);
  const spending = { database, store, registry, charges, readings, now };
  const invoices = createInvoices(spending);
  const explaining = { ...spending, invoices };
  const explanations = createExplanations(explaining);
  const days = createDaysOfCharges({ find: explanations.find, charges, store, registry, readings });
  const corrections = createCorrectionsOfCharges(explaining, explanations.find);
  const changes = createChanges({ ...explaining, find: explanations.find, correction: corrections.correction });
  const freeze = createFreeze({ explanations, changes, registry, database, readings, now });
  const receipts = createReceipts(explaining, explanations);
  const openings = createLinkOpenings({ database, now, onError });
  const questions = createQuestions({ publicUrl, supportCreditLimit: settings.supportCreditLimit, now });
  const opened = { explanations, changes, days, corrections, receipts, freeze, openings, questions };
  const kept = new KeptAnswers({ database, registry, readings });
  const pageAnswers = createPageAnswers({ ...explaining, ...opened, read, kept, publicUrl, onError });
  return { spending, invoices, ...opened, pageAnswers, kept };
}
