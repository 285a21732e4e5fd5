/**
 * What was read of things that stand, by their names: the last asked for, as long as all of it together is no larger than `most`. What
 * could not be read is not kept.
 */
export class KeptReads<Value> {
  private readonly kept = new Map<string, { read: Promise<Value>; size: number }>();

  /** @param sizeOf in the unit of `most`, at least 1 */
  constructor(
    private readonly most: number,
    private readonly sizeOf: (value: Value) => number,
  ) {}

  /** What is kept under a name, else what `read` reads. */
  get(name: string, read: () => Promise<Value>): Promise<Value> {
    const known = this.kept.get(name);
    if (known !== undefined) {
      // The last asked for is the last to go.
      this.kept.delete(name);
      this.kept.set(name, known);
      return known.read;
    }
    const entry = { read: read(), size: 1 };
    this.kept.set(name, entry);
    entry.read.then(
      (value) => {
        entry.size = this.sizeOf(value);
        this.shrink();
      },
      () => this.kept.delete(name),
    );
    return entry.read;
  }

  private shrink(): void {
    let size = [...this.kept.values()].reduce((sum, each) => sum + each.size, 0);
    for (const [name, each] of this.kept) {
      if (size <= this.most) return;
      this.kept.delete(name);
      size -= each.size;
    }
  }
}
