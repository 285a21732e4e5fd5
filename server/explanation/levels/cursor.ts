import { createHash } from 'node:crypto';
import { lineText } from '../../domain/pricing/charge-line.ts';
import type { FoundCharge } from '../charge/found-charge.ts';

/** Enough to tell a cursor of ours from any other text; it keeps no secret. */
const PROOF_LENGTH = 12;

/** What a cursor continues after; texts and whole numbers. */
export type CursorPosition = readonly (string | number)[];

/** The lists of one charge whose pages cursors continue. */
export interface CursorList {
  found: FoundCharge;
  list: 'resources' | 'intervals' | 'intervals by amount' | 'hours' | 'events';
  resource?: string | null;
}

/** A cursor for one list: it continues no other one, and not when a digit of it is changed. */
export function cursorOf(list: CursorList, position: CursorPosition): string {
  const text = JSON.stringify(position);
  return `${Buffer.from(text).toString('base64url')}.${proofOf(list, text)}`;
}

/**
 * Where a page of the list continues.
 * @param types of the place's members
 * @throws RangeError when no page of this list gave the cursor
 */
export function positionIn(list: CursorList, cursor: string, types: readonly ('string' | 'number')[]): CursorPosition {
  const [encoded = ''] = cursor.split('.', 1);
  const text = Buffer.from(encoded, 'base64url').toString();
  if (cursor === `${Buffer.from(text).toString('base64url')}.${proofOf(list, text)}`) {
    const position = JSON.parse(text) as CursorPosition;
    if (position.length === types.length && position.every((member, i) => typeof member === types[i])) return position;
  }
  throw new RangeError('this cursor is none that a page of this list gave');
}

function proofOf({ found, list, resource = null }: CursorList, text: string): string {
  const { account, period, line } = found;
  const of = [list, account.id, period.key, line.priceKey, lineText(line.lineValues), resource, text];
  return createHash('sha256').update(JSON.stringify(of)).digest('base64url').slice(0, PROOF_LENGTH);
}
