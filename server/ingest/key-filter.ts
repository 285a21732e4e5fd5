/** 2^27 bits are 16 MiB; at 8 million keys about one absent key in 3,000 looks present. */
const BITS_PER_LAYER = 2 ** 27;
const KEYS_PER_LAYER = 8_000_000;
const PROBES = 8;

/**
 * Tells at once which event keys are certainly new, so that the store is asked only about the others (a Bloom filter).
 * It may say "perhaps" of a new key, never "new" of a known one. Filled at start from the stored keys; a key is added
 * before its insert, so a failed insert leaves a harmless "perhaps". Grows by a layer per 8 million keys.
 */
export class KeyFilter {
  private readonly layers: { words: Uint32Array; keys: number }[] = [];

  /** @param high first four bytes of the key hash @param low next four bytes */
  add(high: number, low: number): void {
    let layer = this.layers.at(-1);
    if (layer === undefined || layer.keys >= KEYS_PER_LAYER) {
      layer = { words: new Uint32Array(BITS_PER_LAYER / 32), keys: 0 };
      this.layers.push(layer);
    }
    layer.keys++;
    let bit = high >>> 0;
    for (let i = 0; i < PROBES; i++) {
      const at = bit & (BITS_PER_LAYER - 1);
      layer.words[at >>> 5] = (layer.words[at >>> 5] ?? 0) | (1 << (at & 31));
      bit = (bit + (low | 1)) >>> 0;
    }
  }

  mayHave(high: number, low: number): boolean {
    for (const { words } of this.layers) {
      let bit = high >>> 0;
      let present = true;
      for (let i = 0; i < PROBES; i++) {
        const at = bit & (BITS_PER_LAYER - 1);
        if (((words[at >>> 5] ?? 0) & (1 << (at & 31))) === 0) {
          present = false;
          break;
        }
        bit = (bit + (low | 1)) >>> 0;
      }
      if (present) return true;
    }
    return false;
  }
}
