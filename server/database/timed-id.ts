import { randomBytes } from 'node:crypto';

/** An id nobody can guess that sorts by age: nine base-36 digits of the time last until the year 5188. */
export function timedId(prefix: string, now: Date): string {
  return `${prefix}_${now.getTime().toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`;
}
