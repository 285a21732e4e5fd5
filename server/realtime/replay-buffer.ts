/** One message of an account's stream, in the order it was sent. */
export interface Sent<Message> {
  seq: number;
  message: Message;
}

/**
 * The last messages of an account's stream, so that a client that missed a few gets just those. Which number it starts at
 * tells streams apart.
 */
export class ReplayBuffer<Message> {
  private sent: Sent<Message>[] = [];
  private items = 0;

  /** @param mostItems of all messages together, as `itemsIn` counts them */
  constructor(
    public seq: number,
    private readonly mostMessages: number,
    private readonly mostItems: number,
    private readonly itemsIn: (message: Message) => number,
  ) {}

  /** Numbers and keeps the next message. */
  push(make: (seq: number) => Message): Message {
    this.seq++;
    const message = make(this.seq);
    this.sent.push({ seq: this.seq, message });
    this.items += this.itemsIn(message);
    while (this.sent.length > this.mostMessages || this.items > this.mostItems) {
      const oldest = this.sent.shift();
      if (oldest === undefined) break;
      this.items -= this.itemsIn(oldest.message);
    }
    return message;
  }

  /** Everything after `seq`; `null` when some of it is gone or `seq` was never sent here. */
  after(seq: number): Message[] | null {
    if (seq > this.seq) return null;
    if (seq === this.seq) return [];
    const first = this.sent[0];
    if (first === undefined || first.seq > seq + 1) return null;
    return this.sent.filter((entry) => entry.seq > seq).map((entry) => entry.message);
  }
}
