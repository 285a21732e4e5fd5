import {
  type ClickHouse,
  insertEvents,
  migrateClickHouse,
  openClickHouse,
  type RawEvent,
} from '../../../clickhouse/index.ts';
import { contentHash, eventKey } from '../../../server/events/event-key.ts';
import { answerParent } from '../child.ts';
import { eventOf } from '../inference-events.ts';

export type RawInsertQuestion =
  | { do: 'open'; dataDir: string }
  | { do: 'prepare'; series: string; count: number; time: number; accountId: string }
  /** Answers `RawInsertAnswer`. */
  | { do: 'insert'; batch: number };

/** What the prepared rows took. */
export interface RawInsertAnswer {
  seconds: number;
  /** Of all cores, this process with its engine. */
  cpuSeconds: number;
}

let store: ClickHouse | null = null;
let rows: RawEvent[] = [];
let receivedAt = Date.now() * 1000;

answerParent(async (question: RawInsertQuestion) => {
  if (question.do === 'open') {
    store = await openClickHouse({ url: null, dataDir: question.dataDir });
    await migrateClickHouse(store);
    return null;
  }
  if (question.do === 'prepare') {
    rows = rowsOf(question);
    return null;
  }
  if (store === null) throw new Error('open comes first');
  const cpu = process.cpuUsage();
  const started = performance.now();
  for (let at = 0; at < rows.length; at += question.batch) {
    await insertEvents(store.write, rows.slice(at, at + question.batch));
  }
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return { seconds, cpuSeconds: (user + system) / 1e6 } satisfies RawInsertAnswer;
});

/** The rows the server makes of the same events. */
function rowsOf({ series, count, time, accountId }: Extract<RawInsertQuestion, { do: 'prepare' }>): RawEvent[] {
  const at = new Date(time);
  return Array.from({ length: count }, (_, number) => {
    const event = eventOf(series, number, at);
    const envelope = JSON.stringify(event);
    const { id, source, type, subject } = event;
    return {
      accountId,
      receivedAt: receivedAt++,
      time: time * 1000,
      keyHash: eventKey(accountId, source, id).hash,
      contentHash: contentHash(envelope),
      source,
      id,
      type,
      subject,
      envelope,
    };
  });
}
