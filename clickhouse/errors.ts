/** A query or insert that did not succeed. The name says which; the message is the engine's, without the data. */
export class ClickHouseError extends Error {
  constructor(
    readonly queryName: string,
    message: string,
  ) {
    // The engine repeats the offending statement, which may hold a customer's data: keep the first sentence only.
    super(`ClickHouse, ${queryName}: ${(message.split('\n')[0] ?? '').slice(0, 300)}`);
    this.name = 'ClickHouseError';
  }
}

/** Another process has the embedded store open. */
export class StoreInUseError extends Error {
  constructor(readonly path: string) {
    super(
      `another Plainbill is running on ${path}: stop it first, or start this one with another DATA_DIR (the embedded stores serve one process)`,
    );
    this.name = 'StoreInUseError';
  }
}
