import canonicalize from 'canonicalize';

/**
 * JSON text that is the same for the same value, so that its hash is too: keys in the order of their code units and no
 * spaces (RFC 8785). Properties that are `undefined` are left out. @throws TypeError for what JSON cannot hold
 */
export function canonicalJson(value: unknown): string {
  refuseWhatJsonCannotHold(value);
  return String(canonicalize(value));
}

/** The package writes some of it as `null` or not at all: two values that differ would have one hash. */
function refuseWhatJsonCannotHold(value: unknown): void {
  if (typeof value === 'object' && value !== null) {
    if ('toJSON' in value && typeof value.toJSON === 'function')
      throw new TypeError('JSON cannot hold what says itself how it is written');
    const children = Array.isArray(value) ? value : Object.values(value).filter((child) => child !== undefined);
    children.forEach(refuseWhatJsonCannotHold);
    return;
  }
  const isJson = value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
  if (!isJson) throw new TypeError(`JSON cannot hold ${String(value)}`);
}
