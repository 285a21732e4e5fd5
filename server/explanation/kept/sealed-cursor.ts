import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const [NONCE, TAG] = [12, 16];

/**
 * A cursor that tells nothing and that nobody else can make: cursors say where a page ends, by name. The same one is sealed
 * alike each time, so that a page that does not change does not.
 */
export function sealCursor(secret: string, cursor: string): string {
  // Of what is sealed: the same nonce never meets another text.
  const nonce = keyOf(secret, `nonce ${cursor}`).subarray(0, NONCE);
  const cipher = createCipheriv(CIPHER, keyOf(secret, 'cursor'), nonce);
  const sealed = Buffer.concat([cipher.update(cursor, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
}

/** @throws RangeError when it was not sealed with this secret */
export function openCursor(secret: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64url');
  try {
    // Base64 can write the same bytes in several ways.
    if (bytes.toString('base64url') !== sealed) throw new RangeError('not as it was sealed');
    const decipher = createDecipheriv(CIPHER, keyOf(secret, 'cursor'), bytes.subarray(0, NONCE), {
      authTagLength: TAG,
    });
    decipher.setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
  } catch {
    throw new RangeError('this cursor is none that a page of this explanation gave');
  }
}

function keyOf(secret: string, use: string): Buffer {
  return createHmac('sha256', secret).update(use).digest();
}
