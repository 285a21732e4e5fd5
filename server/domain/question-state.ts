/** `open` while the customer waits; `credited` is an answer that came with money. */
export type QuestionState = 'open' | 'answered' | 'credited' | 'closed';

/**
 * What a question is after a reply. Whatever the customer says opens it again; what support says after a credit does not
 * hide that there was one.
 */
export function stateAfterReply(
  before: QuestionState,
  reply: { isSupport: boolean; withCredit: boolean },
): QuestionState {
  if (!reply.isSupport) return 'open';
  return reply.withCredit || before === 'credited' ? 'credited' : 'answered';
}
