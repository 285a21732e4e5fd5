/** More was asked than is anybody's share; the message says so in words for whoever asked. */
export class TooMuchError extends Error {
  readonly status = 429;

  /** @param headers more that a program is told, beside `Retry-After` */
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.name = 'TooMuchError';
  }
}
