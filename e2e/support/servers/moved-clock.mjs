// Loaded before a server (`NODE_OPTIONS=--import …`): moves its clock by the milliseconds that stand in CLOCK_OFFSET_FILE,
// which may change while it runs. Timers go on as they are.
import { readFileSync } from 'node:fs';

const { now: realNow } = Date;
const file = process.env.CLOCK_OFFSET_FILE ?? '';
let offset = 0;
let readAt = 0;

function now() {
  const at = realNow();
  if (at !== readAt) {
    readAt = at;
    offset = Number(readFileSync(file, 'utf8'));
  }
  return at + offset;
}

globalThis.Date = new Proxy(Date, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
