import type { Viewer } from '../access/viewer.ts';
import type { Speaker } from '../database/support/questions.ts';

/** A signed-in person as one who asks or replies. */
export function speakerOf({ userId, name, platformRole }: Viewer): Speaker {
  const principal = `user:${userId}`;
  return { principal, name, userId, isSupport: platformRole !== 'customer', isOperator: platformRole === 'operator' };
}
