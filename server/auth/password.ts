import { hash, verify } from '@node-rs/argon2';

/** At least this many characters (NIST SP 800-63B asks for length, not for kinds of characters). */
const SHORTEST_PASSWORD = 12;
/** Longer ones are refused before they cost anything. */
const LONGEST_PASSWORD = 1024;

/** OWASP's choice for argon2id (the library's default variant): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** What is wrong with a new password, in words for the person; `null` when nothing is. */
export function passwordFault(password: string): string | null {
  if ([...password].length < SHORTEST_PASSWORD) return `Choose a password of at least ${SHORTEST_PASSWORD} characters.`;
  if (password.length > LONGEST_PASSWORD) return `Choose a password of at most ${LONGEST_PASSWORD} characters.`;
  return null;
}

/** The argon2id hash of a password, salted, with its parameters in it. The same letters typed on another system are the same. */
export async function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST);
}

/**
 * A check against hashes that takes as long when there is no hash: an address nobody has must not be told from a wrong
 * password by the clock.
 */
export function createPasswordCheck(): (passwordHash: string | null, password: string) => Promise<boolean> {
  const standIn = hashPassword('nobody has this password');
  return async (passwordHash, password) => {
    const fits = password.length <= LONGEST_PASSWORD;
    const matches = await verify(passwordHash ?? (await standIn), fits ? password.normalize('NFKC') : '');
    return matches && fits && passwordHash !== null;
  };
}
