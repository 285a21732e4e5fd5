import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { aessiv } from '@noble/ciphers/aes.js';

/**
 * A cursor that tells nothing and that nobody else can make: cursors say where a page ends, by name. The same one is sealed
 * alike each time (AES-SIV, RFC 5297), so that a page that does not change does not.
 */
export function sealCursor(secret: string, cursor: string): string {
  return Buffer.from(sealing(secret).encrypt(Buffer.from(cursor))).toString('base64url');
}

/** @throws RangeError when it was not sealed with this secret */
export function openCursor(secret: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  // Base64 can write the same bytes in several ways.
  const opened =
    bytes.toString('base64url') === sealed
      ? (unlessRefused(() => sealing(secret).decrypt(bytes)) ?? unlessRefused(() => openedAsBefore(secret, bytes)))
      : null;
  if (opened === null) throw new RangeError('this cursor is none that a page of this explanation gave');
  return Buffer.from(opened).toString('utf8');
}

function sealing(secret: string) {
  return aessiv(new Uint8Array(hkdfSync('sha512', secret, '', 'sealed cursor, AES-SIV', 64)));
}

/** What was sealed until 2026-11-28: nonce, tag, then AES-256-GCM. Frozen explanations hold such cursors for good. */
function openedAsBefore(secret: string, bytes: Buffer): Buffer {
  const key = createHmac('sha256', secret).update('cursor').digest();
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]);
}

/** `null` where bytes were not sealed so: both ciphers throw then. */
function unlessRefused<Opened>(open: () => Opened): Opened | null {
  try {
    return open();
  } catch {
    return null;
  }
}
