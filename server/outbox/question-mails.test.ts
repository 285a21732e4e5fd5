import { expect, it } from 'vitest';
import { type QuestionChange, questionMail } from './question-mails.ts';

const ABOUT = {
  accountId: 'acme',
  accountName: 'Acme',
  questionId: 'qst_1',
  description: 'Standard-1X dynos',
  ofCharge: true,
  byName: 'Robin Quill',
  credit: '5.00 USD',
};

it.each<[QuestionChange, string, string]>([
  ['asked', 'Question about Standard-1X dynos · Acme', 'Robin Quill asks about a charge of Acme: Standard-1X dynos.'],
  [
    'reply',
    'Reply about Standard-1X dynos · Acme',
    'Robin Quill wrote again about a charge of Acme: Standard-1X dynos.',
  ],
  [
    'answered',
    'Answer about Standard-1X dynos · Acme',
    'There is an answer to a question about Acme: Standard-1X dynos.',
  ],
  [
    'credited',
    'Credit for Standard-1X dynos · Acme',
    'After a question about Acme: Standard-1X dynos, a credit of 5.00 USD was granted. Coming invoices draw it down.',
  ],
  [
    'closed',
    'Closed: Standard-1X dynos · Acme',
    'A question about Acme: Standard-1X dynos, was closed. A reply opens it again.',
  ],
])('%s', (change, subject, happened) => {
  expect(questionMail('https://billing.example', change, ABOUT)).toEqual({
    subject,
    text: `${happened}\n\nhttps://billing.example/accounts/acme/questions/qst_1\n`,
  });
});

it('keeps names on their line and subjects short', () => {
  const mail = questionMail('https://billing.example', 'asked', {
    ...ABOUT,
    accountName: 'Acme\r\nBcc: eve@evil.example',
    description: `Dynos\u2028\u202e${'🦆'.repeat(300)}`,
  });
  expect(mail.subject).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Cs}]/u);
  expect([...mail.subject]).toHaveLength(150);
  expect(mail.text.split('\n')).toHaveLength(4);
});

it('of a difference says its name', () => {
  const about = { ...ABOUT, ofCharge: false, description: 'Why October → November 2026 differs' };
  const { subject, text } = questionMail('https://billing.example', 'asked', about);
  expect(subject).toBe('Question: Why October → November 2026 differs · Acme');
  expect(text).toContain('Robin Quill asks about Acme: Why October → November 2026 differs.');
});
