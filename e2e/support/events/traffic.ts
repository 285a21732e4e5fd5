import type { Operator, TestAccount } from '../people/operator.ts';
import { type CloudEvent, cloudEvent } from './cloud-event.ts';
import { type AnsweredReceipts, lastReceived, post, receiptsOf } from './event-door.ts';
import { type Usage, usageOf } from './usage.ts';

const SENDERS = 6;
const MOST_EVENTS = 200;
const DISKS = 12;
const DAY = 86_400_000;
/** Events may lie 13 months back. */
const LATEST_DAYS = 390;

interface Batch {
  customer: Customer;
  events: CloudEvent[];
}

interface Customer {
  account: TestAccount;
  key: string;
}

/**
 * Programs that send usage and keep what was not acknowledged, to send it again when the server is back: requests
 * without time, requests that are months late, and disk levels in any order. Knows what the meters must say.
 */
export class Traffic {
  readonly acknowledged: Batch[] = [];
  readonly unacknowledged: Batch[] = [];
  /** Events whose acknowledgement came. */
  acknowledgedEvents = 0;
  /** Answers that neither acknowledged nor came from a server that is going: faults of the product. */
  readonly surprises: string[] = [];

  private readonly batches: Batch[] = [];
  private readonly levelTimes = new Set<number>();
  /** Every level lies before it; the closing ones lie on it. */
  private readonly levelsEnd = Math.floor(Date.now() / DAY) * DAY;
  private next = 0;
  private customers: Customer[] = [];

  /** @param random numbers in [0, 1): the same ones make the same traffic */
  constructor(
    private readonly operator: Operator,
    private readonly url: () => string,
    private readonly random: () => number,
  ) {}

  /** Makes the accounts that will send. */
  async prepare(): Promise<void> {
    for (let i = 0; i < 2; i++) {
      const account = await this.operator.createAccount();
      this.customers.push({ account, key: await this.operator.createKey(account) });
    }
  }

  /** Sends from several connections at once until each has met a server that is gone. */
  async sendUntilTheServerIsGone(onAcknowledged: () => void = () => {}): Promise<void> {
    const sender = async () => {
      for (;;) {
        const batch = this.unacknowledged.shift() ?? this.newBatch();
        const outcome = await this.deliver(batch);
        if (outcome === 'gone') return;
        onAcknowledged();
      }
    };
    await Promise.all(Array.from({ length: SENDERS }, sender));
  }

  /** Sends again what was not acknowledged. @throws when that still is not */
  async catchUp(): Promise<void> {
    while (this.unacknowledged.length > 0) {
      const batch = this.unacknowledged.shift() as Batch;
      if ((await this.deliver(batch)) === 'gone') throw new Error('The server is gone.');
    }
  }

  /** Sends acknowledged batches once more: the server must know every event of them. @returns those it does not know */
  async forgotten(batches: readonly Batch[] = this.acknowledged): Promise<string[]> {
    const ids: string[] = [];
    for (const { customer, events } of batches) {
      const { receipts } = await receiptsOf(this.url(), customer.key, events);
      for (const { id, status } of receipts) if (status !== 'duplicate') ids.push(`${id} ${status}`);
    }
    return ids;
  }

  /** Closes every disk, so that levels have an end, and answers the last receive time of all. */
  async finish(): Promise<string> {
    let last = '';
    for (const customer of this.customers) {
      const events = Array.from({ length: DISKS }, (_, disk) => this.level(`disk-${disk}`, 0, this.levelsEnd));
      this.batches.push({ customer, events });
      const receipts: AnsweredReceipts = await receiptsOf(this.url(), customer.key, events);
      const received = lastReceived(receipts);
      if (received > last) last = received;
    }
    return last;
  }

  /** What the meters say and what they must say, by account. */
  async compare(through: string): Promise<{ metered: Usage[]; expected: Usage[] }> {
    const metered: Usage[] = [];
    for (const { account } of this.customers) metered.push(await usageOf(this.operator, account, through));
    return { metered, expected: this.customers.map((customer) => this.expectedOf(customer)) };
  }

  private async deliver(batch: Batch): Promise<'acknowledged' | 'gone'> {
    try {
      const answer = await post(this.url(), batch.customer.key, batch.events);
      if (answer.status === 204) {
        this.acknowledged.push(batch);
        this.acknowledgedEvents += batch.events.length;
        return 'acknowledged';
      }
      // A server that is stopping or starting says so; anything else is a fault.
      if (answer.status !== 503) this.surprises.push(`${answer.status}: ${answer.text.slice(0, 300)}`);
    } catch {
      // No answer: the events may be stored or not.
    }
    this.unacknowledged.push(batch);
    return 'gone';
  }

  private newBatch(): Batch {
    const customer = this.customers[this.below(this.customers.length)] as Customer;
    const batch = { customer, events: Array.from({ length: 1 + this.below(MOST_EVENTS) }, () => this.newEvent()) };
    this.batches.push(batch);
    return batch;
  }

  private newEvent(): CloudEvent {
    if (this.random() < 0.15) {
      return this.level(`disk-${this.below(DISKS)}`, this.below(6), this.freeLevelTime());
    }
    const late = this.random() < 0.1;
    return cloudEvent({
      id: `r-${this.next++}`,
      type: 'app.request',
      data: { app: `app-${this.below(5)}`, tokens: this.below(1000) / 4 },
      ...(late && { time: new Date(Date.now() - this.below(LATEST_DAYS * DAY)).toISOString() }),
    });
  }

  private level(disk: string, gigabytes: number, time: number): CloudEvent {
    return cloudEvent({
      id: `l-${this.next++}`,
      type: 'disk.level',
      subject: disk,
      time: new Date(time).toISOString(),
      data: { gigabytes },
    });
  }

  /** No two at one instant, so that the order is plain. */
  private freeLevelTime(): number {
    for (;;) {
      const time = this.levelsEnd - 1 - this.below(60 * DAY);
      if (this.levelTimes.has(time)) continue;
      this.levelTimes.add(time);
      return time;
    }
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private expectedOf(customer: Customer): Usage {
    const events = this.batches.filter((batch) => batch.customer === customer).flatMap((batch) => batch.events);
    const requests = events.filter(({ type }) => type === 'app.request');
    const quarters = requests.reduce((sum, { data }) => sum + Number(data?.tokens) * 4, 0);
    let levelMillis = 0;
    for (let disk = 0; disk < DISKS; disk++) {
      const levels = events
        .filter(({ type, subject }) => type === 'disk.level' && subject === `disk-${disk}`)
        .map(({ time, data }) => ({ at: Date.parse(time ?? ''), gigabytes: Number(data?.gigabytes) }))
        .sort((a, b) => a.at - b.at);
      levels.forEach(({ at, gigabytes }, i) => {
        levelMillis += gigabytes * ((levels[i + 1]?.at ?? at) - at);
      });
    }
    return {
      requests: String(requests.length),
      tokens: String(quarters / 4),
      disk: String(levelMillis / 1000),
    };
  }
}
