// Loaded before a server (`NODE_OPTIONS=--import …`): moves its clock by the milliseconds that stand in CLOCK_OFFSET_FILE,
// which may change while it runs. Timers go on as they are.
import { readFileSync } from 'node:fs';

const RealDate = Date;
let offset = 0;
let readAt = 0;

function moved() {
  const now = RealDate.now();
  if (now !== readAt) {
    readAt = now;
    offset = Number(readFileSync(process.env.CLOCK_OFFSET_FILE, 'utf8'));
  }
  return now + offset;
}

globalThis.Date = class MovedDate extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(moved());
    else super(...given);
  }
  static now() {
    return moved();
  }
};
