/**
 * A calculation that contradicts itself. It is an error wherever it shows: an amount that may be wrong is never told as one.
 * The message names the account, the charge or license, and the figures that disagree.
 */
export class BrokenRating extends Error {
  override readonly name = 'BrokenRating';

  /** @param accountId absent where what is rated is nobody's */
  constructor(what: string, accountId: string | undefined) {
    super(accountId === undefined ? what : `account ${accountId}, ${what}`);
  }
}
