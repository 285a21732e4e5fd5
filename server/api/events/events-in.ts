import express, { type Request, type RequestHandler, type Response } from 'express';
import { z } from 'zod';
import { tellLate } from '../../billing/invoices/late-receipts.ts';
import { toRfc3339 } from '../../domain/instant.ts';
import { MOST_EVENTS, type ReadBody, readBody, UnreadableBodyError } from '../../events/body.ts';
import { BinaryModeError, fromBinaryMode, isBinaryMode } from '../../ingest/binary-mode.ts';
import type { IngestAnswer, IngestService } from '../../ingest/ingest-service.ts';
import { NotStoredError } from '../../ingest/writer.ts';
import { type Api, addRoute } from '../endpoint/endpoint.ts';
import { requireNoQuery } from '../endpoint/input.ts';
import { problemResponses } from '../endpoint/openapi.ts';
import { requirePrincipal, requireRole } from '../endpoint/principal.ts';
import { type InputError, MOST_LISTED, Problem } from '../endpoint/problem.ts';
import { bodyIsRead, bodyTurns } from './body-turns.ts';

const MAX_BYTES = 5 * 1024 * 1024;
const MEDIA_TYPES = ['application/cloudevents+json', 'application/cloudevents-batch+json', 'application/json'];

const cloudEventSchema = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: z.string().min(1).max(256),
    source: z.string().min(1).max(512),
    type: z.string().min(1).max(256),
    subject: z.string().min(1).max(256),
    time: z.iso.datetime({ offset: true }).optional().meta({ description: 'Default: the receive time.' }),
    account: z.string().optional().meta({ description: 'For keys that serve several accounts.' }),
    data: z.looseObject({}).optional(),
  })
  .meta({ id: 'CloudEvent' });

const receiptsSchema = z
  .object({
    receipts: z.array(
      z.object({
        index: z.int(),
        id: z.string().nullable(),
        source: z.string().nullable(),
        status: z.enum(['accepted', 'late', 'duplicate', 'conflict', 'rejected']).meta({
          description:
            '`late`: accepted, and the invoice of its period was final before it was received; it is in a correction.',
        }),
        receivedAt: z.iso.datetime().nullable(),
        reason: z.string().optional(),
      }),
    ),
    accepted: z.int().meta({ description: 'With those that are late.' }),
    duplicates: z.int(),
    conflicts: z.int(),
    rejected: z.int(),
  })
  .meta({ id: 'Receipts' });

/** `POST /v1/events`: CloudEvents 1.0, structured, batched or binary. */
export function addEventsIn(api: Api, ingest: IngestService): void {
  addRoute(
    api,
    {
      method: 'post',
      path: '/v1/events',
      tags: ['Events'],
      summary: 'Send usage events',
      description:
        'CloudEvents 1.0: one, a batch, or binary mode (`ce-` headers). An answer of 2xx means every accepted event is durable and will be counted exactly once. One invalid event stops the whole request, unless `Prefer: handling=lenient`. Takes the role `ingest`.',
      request: {
        headers: z.object({
          prefer: z.string().optional().meta({ description: '`handling=lenient`, `return=representation`' }),
        }),
        body: {
          required: true,
          content: {
            'application/cloudevents+json': { schema: cloudEventSchema },
            'application/cloudevents-batch+json': { schema: z.array(cloudEventSchema).max(MOST_EVENTS) },
            'application/json': { schema: z.union([cloudEventSchema, z.array(cloudEventSchema).max(MOST_EVENTS)]) },
          },
        },
      },
      responses: {
        200: {
          description: 'With `Prefer: return=representation`: what became of each event.',
          content: { 'application/json': { schema: receiptsSchema } },
        },
        204: { description: 'Every event is durable; duplicates were there before and are not counted again.' },
        ...problemResponses([400, 401, 403, 409, 413, 415, 429, 503]),
      },
    },
    [
      acceptsMediaType,
      bodyTurns(),
      express.raw({ type: () => true, limit: MAX_BYTES }),
      (req, res, next) => {
        receive(api, ingest, req, res).catch(next);
      },
    ],
  );
}

async function receive(api: Api, ingest: IngestService, req: Request, res: Response): Promise<void> {
  const principal = requirePrincipal(req);
  requireRole(principal, 'ingest');
  requireNoQuery(req);
  const accountId = principal.kind === 'key' ? principal.accountId : null;
  const { lenient, representation } = preferences(req);
  const body = await bodyOf(req).finally(() => bodyIsRead(res));
  if (body.count > MOST_EVENTS) {
    throw new Problem(
      413,
      `A request may hold ${MOST_EVENTS} events; this one holds ${body.count}. Send less at a time.`,
    );
  }
  let answer: IngestAnswer;
  try {
    answer = await ingest.ingest({ accountId }, body, lenient);
  } catch (error) {
    if (error instanceof NotStoredError) throw notStored();
    throw error;
  }
  if (answer.faults.length > 0 && !lenient) throw invalid(answer, body);
  if (representation) {
    await tellLate(api.database.queries, answer.stored);
    res.set('Preference-Applied', 'return=representation').json(summary(answer));
    return;
  }
  const conflicts = answer.receipts.filter((receipt) => receipt.status === 'conflict');
  if (conflicts.length > 0 && !lenient) throw inConflict(answer, body);
  res.status(204).end();
}

const acceptsMediaType: RequestHandler = (req, _res, next) => {
  const type = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (MEDIA_TYPES.includes(type) || (isBinaryMode(req.headers) && (type === '' || type.endsWith('json'))))
    return next();
  throw new Problem(415, `Send events as ${MEDIA_TYPES.join(', ')}, or in binary mode with ce- headers.`);
};

async function bodyOf(req: Request): Promise<ReadBody> {
  const bytes = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0);
  const type = (req.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase();
  try {
    if (isBinaryMode(req.headers) && type !== MEDIA_TYPES[0] && type !== MEDIA_TYPES[1]) {
      return await fromBinaryMode(req.headersDistinct, bytes);
    }
    const body = await readBody(bytes);
    if (type === MEDIA_TYPES[0] && body.batch) throw new UnreadableBodyError(`an array is sent as ${MEDIA_TYPES[1]}`);
    if (type === MEDIA_TYPES[1] && !body.batch)
      throw new UnreadableBodyError(`${MEDIA_TYPES[1]} is an array of events`);
    return body;
  } catch (error) {
    if (error instanceof UnreadableBodyError || error instanceof BinaryModeError) {
      throw new Problem(400, `Nothing was stored: ${error.message}.`, {
        errors: [{ pointer: '#', detail: error.message }],
      });
    }
    throw error;
  }
}

/** RFC 7240. */
function preferences(req: Request): { lenient: boolean; representation: boolean } {
  const wanted = new Set(
    (req.get('prefer') ?? '')
      .toLowerCase()
      .split(/[,;]/)
      .map((preference) => preference.replace(/["\s]/g, '')),
  );
  return { lenient: wanted.has('handling=lenient'), representation: wanted.has('return=representation') };
}

function pointer(body: ReadBody, index: number, below: string): string {
  return `#${body.batch ? `/${index}` : ''}${below}`;
}

function invalid(answer: IngestAnswer, body: ReadBody): Problem {
  const errors = answer.faults.slice(0, MOST_LISTED).map((fault): InputError => {
    const id = answer.receipts[fault.index]?.id;
    const name =
      id === null || id === undefined ? `event ${fault.index}` : `event ${fault.index} ("${id.slice(0, 64)}")`;
    return {
      pointer: pointer(body, fault.index, fault.pointer),
      detail: `${name}: ${fault.pointer.slice(1)} ${fault.detail}`.replace(':  ', ': '),
    };
  });
  const events = new Set(answer.faults.map((fault) => fault.index)).size;
  return new Problem(
    400,
    `Nothing was stored: ${events} of ${body.events.length} events ${events === 1 ? 'is' : 'are'} invalid. ${errors[0]?.detail ?? ''}. Correct them, or send with "Prefer: handling=lenient" to store the others.`,
    { errors, moreErrors: answer.faults.length - errors.length },
  );
}

function inConflict(answer: IngestAnswer, body: ReadBody): Problem {
  const errors = answer.receipts
    .filter((receipt) => receipt.status === 'conflict')
    .map((receipt): InputError => ({ pointer: pointer(body, receipt.index, '/id'), detail: receipt.reason ?? '' }));
  return new Problem(
    409,
    `${errors.length} of ${body.events.length} events came before with other content and ${errors.length === 1 ? 'is' : 'are'} not counted; the others are stored. Use a new id for a new event.`,
    { errors },
  );
}

function summary({ receipts }: IngestAnswer) {
  const count = (status: string) => receipts.filter((receipt) => receipt.status === status).length;
  return {
    receipts: receipts.map((receipt) => ({
      ...receipt,
      receivedAt: receipt.receivedAt === null ? null : toRfc3339(receipt.receivedAt),
    })),
    accepted: count('accepted') + count('late'),
    duplicates: count('duplicate'),
    conflicts: count('conflict'),
    rejected: count('rejected'),
  };
}

function notStored(): Problem {
  return new Problem(
    503,
    'The events were not stored and are not counted. Send them again: an event that did arrive will be recognised by its id.',
    {
      headers: { 'Retry-After': '2' },
    },
  );
}
