import type { Viewer } from '../auth/viewer.ts';
import type { Speaker } from '../database/questions.ts';

/** A signed-in person as one who asks or replies. */
export function speakerOf({ userId, name, platformRole }: Viewer): Speaker {
  return { principal: `user:${userId}`, name, userId, isSupport: platformRole !== 'customer' };
}
