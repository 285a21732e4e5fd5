import { z } from 'zod';
import { readTrustedProxies, type TrustedProxies } from './doors/trusted-proxies.ts';

const optionalUrl = (protocols: readonly string[]) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      error: `must be a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
    })
    .optional();

const Variables = z.object({
  PORT: z.coerce.number({ error: 'must be a port number' }).int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  PUBLIC_URL: optionalUrl(['http:', 'https:']),
  DATA_DIR: z.string().min(1).default('.data'),
  CLICKHOUSE_URL: optionalUrl(['http:', 'https:']),
  DATABASE_URL: optionalUrl(['postgres:', 'postgresql:']),
  REDIS_URL: optionalUrl(['redis:', 'rediss:']),
  DEMO: z.enum(['on', 'off'], { error: 'must be on or off' }).optional(),
  OPERATOR_API_KEY: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  SMTP_URL: optionalUrl(['smtp:', 'smtps:']),
  MAIL_FROM: z
    .string()
    .regex(/^([^<>@\p{Cc}]*<)?[^\s@<>\p{Cc}]+@[^\s@<>\p{Cc}]+>?$/u, {
      error: 'must be an address, such as billing@example.com or Billing <billing@example.com>',
    })
    .optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    })
    .default('info'),
  TRUST_PROXY: z
    .string()
    .transform((text, context) => {
      const proxies = readTrustedProxies(text);
      if (proxies !== null) return proxies;
      context.addIssue({
        code: 'custom',
        message: 'must be a number of hops, or networks such as 10.0.0.0/8, 127.0.0.1',
      });
      return z.NEVER;
    })
    .optional(),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,512}$/, { error: 'must have at least 16 characters, without spaces' })
    .optional(),
  SUPPORT_CREDIT_LIMIT: z
    .string()
    .regex(/^(0|[1-9]\d{0,14})(\.\d{1,12})?$/, { error: 'must be a decimal, not negative, such as 500.00' })
    .default('500.00'),
  NODE_ENV: z.string().default('production'),
});

/** The settings of a process, read once; nothing else touches the environment. */
export interface Settings {
  port: number;
  host: string;
  /** `null`: derived from host and the port that was really opened. */
  publicUrl: string | null;
  dataDir: string;
  clickhouseUrl: string | null;
  databaseUrl: string | null;
  redisUrl: string | null;
  demo: boolean;
  operatorApiKey: string | null;
  /** `null`: mails become files under `dataDir`. */
  smtpUrl: string | null;
  mailFrom: string;
  logLevel: string;
  /** Whose `X-Forwarded-For` counts; `false`: nobody's. */
  trustedProxies: TrustedProxies;
  /** What `/metrics` is read with; `null`: it is not there. */
  metricsToken: string | null;
  /** The most that one of support grants an account in a day, in the account's currency: exact decimal text. */
  supportCreditLimit: string;
  development: boolean;
}

/** A variable that is missing or malformed; the message is one line that names it. */
export class SettingsError extends Error {}

/** Reads the settings. @throws SettingsError */
export function readSettings(variables: Record<string, string | undefined> = process.env): Settings {
  // An empty variable is how shells and compose files say "unset".
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Variables.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new SettingsError(`${issue?.path.join('.')} ${issue?.message}`);
  }
  const v = parsed.data;
  if (v.SMTP_URL !== undefined && v.MAIL_FROM === undefined)
    throw new SettingsError('MAIL_FROM must be set when SMTP_URL is: the address that mails come from');
  const embedded = v.CLICKHOUSE_URL === undefined && v.DATABASE_URL === undefined;
  return {
    port: v.PORT,
    host: v.HOST,
    publicUrl: v.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    dataDir: v.DATA_DIR,
    clickhouseUrl: v.CLICKHOUSE_URL ?? null,
    databaseUrl: v.DATABASE_URL ?? null,
    redisUrl: v.REDIS_URL ?? null,
    demo: v.DEMO === undefined ? embedded : v.DEMO === 'on',
    operatorApiKey: v.OPERATOR_API_KEY ?? null,
    smtpUrl: v.SMTP_URL ?? null,
    mailFrom: v.MAIL_FROM ?? 'Plainbill <plainbill@localhost>',
    logLevel: v.LOG_LEVEL,
    trustedProxies: v.TRUST_PROXY ?? false,
    metricsToken: v.METRICS_TOKEN ?? null,
    supportCreditLimit: v.SUPPORT_CREDIT_LIMIT,
    development: v.NODE_ENV === 'development',
  };
}
