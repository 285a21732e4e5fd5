import type { Request, Response } from 'express';
import { z } from 'zod';
import { invoiceCsv } from '../../billing/files/invoice-csv.ts';
import { invoicePdf } from '../../billing/files/invoice-pdf.ts';
import type { InvoiceView } from '../../billing/invoice.types.ts';
import type { Invoices } from '../../billing/invoices/invoices.ts';
import { type Api, addRoute } from '../endpoint/endpoint.ts';
import { parseParams, requireNoQuery } from '../endpoint/input.ts';
import { problemResponses } from '../endpoint/openapi.ts';
import { requireAccountAccess, requirePrincipal, requireRole } from '../endpoint/principal.ts';
import { Problem } from '../endpoint/problem.ts';
import { invoiceParamsSchema } from './invoice-schema.ts';

interface InvoiceFile {
  extension: 'pdf' | 'csv';
  mediaType: string;
  summary: string;
  /** Whether a browser shows it or saves it. */
  disposition: 'inline' | 'attachment';
  write: (view: InvoiceView, publicUrl: string) => Promise<Buffer | string> | string;
}

const FILES: InvoiceFile[] = [
  {
    extension: 'pdf',
    mediaType: 'application/pdf',
    summary: 'One invoice as PDF; every amount leads to its explanation',
    disposition: 'inline',
    write: invoicePdf,
  },
  {
    extension: 'csv',
    mediaType: 'text/csv; charset=utf-8; header=present',
    summary: 'One invoice as CSV (RFC 4180): a row for each charge, then subtotal, credits, tax and total',
    disposition: 'attachment',
    write: invoiceCsv,
  },
];

/** Invoices as files. Add it before the endpoint of one invoice, whose path would take the extension for part of an id. */
export function addInvoiceFiles(api: Api, { invoices, publicUrl }: { invoices: Invoices; publicUrl: string }): void {
  for (const file of FILES) {
    const handle = async (req: Request, res: Response): Promise<void> => {
      const principal = requirePrincipal(req);
      requireRole(principal, 'read');
      const { accountId, invoiceId } = parseParams(invoiceParamsSchema, req);
      requireAccountAccess(principal, accountId);
      requireNoQuery(req);
      const view = await invoices.find(accountId, invoiceId);
      if (view === null) throw new Problem(404, `The account has no invoice "${invoiceId}".`);
      res.set({
        'Cache-Control': 'private, no-cache',
        'Content-Disposition': `${file.disposition}; filename="${fileName(view)}.${file.extension}"`,
        'Content-Type': file.mediaType,
      });
      res.send(Buffer.from(await file.write(view, publicUrl)));
    };
    addRoute(
      api,
      {
        method: 'get',
        path: `/v1/accounts/{accountId}/invoices/{invoiceId}.${file.extension}`,
        tags: ['Invoices'],
        summary: file.summary,
        description: 'Takes the role `read`.',
        request: { params: invoiceParamsSchema },
        responses: {
          200: {
            description: 'The file.',
            content: { [file.mediaType]: { schema: z.string().meta({ format: 'binary' }) } },
          },
          ...problemResponses([400, 401, 403, 404, 429, 503]),
        },
      },
      [
        (req, res, next) => {
          handle(req, res).catch(next);
        },
      ],
    );
  }
}

/** What stands in a header must be plain: account ids are, numbers are kept to what is. */
function fileName({ accountId, number, period }: InvoiceView): string {
  return `${accountId}-${(number ?? period.key).replace(/[^\w.-]/g, '_')}`;
}
