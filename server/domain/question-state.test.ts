import { expect, it } from 'vitest';
import { type QuestionState, stateAfterReply } from './question-state.ts';

const customer = { isSupport: false, withCredit: false };
const support = { isSupport: true, withCredit: false };
const credit = { isSupport: true, withCredit: true };

it.each<[QuestionState, typeof support, QuestionState]>([
  ['open', customer, 'open'],
  ['answered', customer, 'open'],
  ['credited', customer, 'open'],
  ['closed', customer, 'open'],
  ['open', support, 'answered'],
  ['answered', support, 'answered'],
  ['credited', support, 'credited'],
  ['closed', support, 'answered'],
  ['open', credit, 'credited'],
  ['answered', credit, 'credited'],
  ['closed', credit, 'credited'],
])('%s, after %j, is %s', (before, reply, after) => {
  expect(stateAfterReply(before, reply)).toBe(after);
});
