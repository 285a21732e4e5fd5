import type { InvoiceLine, InvoiceView } from '../invoice.types.ts';

/** A line of 744 hours of one dyno, other than what is said. */
export function exampleLine(given: Partial<InvoiceLine> = {}): InvoiceLine {
  return {
    chargeId: '2026-10-0123456789abcdef0123',
    description: 'Standard-1X dynos',
    priceKey: 'dyno.standard-1x',
    lineValues: { app: 'acme-web', process: 'web' },
    quantity: '2678400.5',
    unit: 'dyno-seconds',
    amountExact: '1234.567890123456',
    amount: '1234.57',
    estimated: false,
    steps: [{ name: 'usage', quantity: '2678400.5' }],
    ...given,
  };
}

/** A final invoice with a charge, a correction, unpriced usage, a credit and tax, other than what is said. */
export function exampleInvoice(given: Partial<InvoiceView> = {}): InvoiceView {
  return {
    id: '01900000-0000-7000-8000-000000000001',
    accountId: 'acme',
    accountName: 'Acme Corp',
    number: 'PB-000042',
    state: 'final',
    period: {
      key: '2026-10',
      from: '2026-09-30T22:00:00.000Z',
      to: '2026-10-31T23:00:00.000Z',
      timeZone: 'Europe/Berlin',
    },
    currency: 'USD',
    minorUnit: 2,
    meteredThrough: '2026-11-02T23:00:00.000Z',
    lines: [
      exampleLine(),
      exampleLine({
        chargeId: '2026-09-fedcba98765432100123-in-2026-10',
        description: 'Tokens, corrected',
        lineValues: {},
        quantity: '-1500',
        unit: 'tokens',
        amountExact: '-7.5',
        amount: '-7.50',
        corrects: {
          invoiceId: '01900000-0000-7000-8000-000000000000',
          number: 'PB-000041',
          chargeId: '2026-09-fedcba98765432100123',
        },
      }),
    ],
    unpriced: [
      { meter: 'builds', description: 'Builds', dimensions: { stack: 'cnb' }, quantity: '12', unit: 'builds' },
    ],
    subtotal: '1227.07',
    creditDraws: [{ grantId: 'g1', reason: 'Goodwill for an incident', amount: '100' }],
    credits: '100.00',
    taxPercent: '6',
    tax: '67.62',
    total: '1194.69',
    finalizedAt: '2026-11-03T00:00:01.000Z',
    contentSha256: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    ...given,
  };
}
