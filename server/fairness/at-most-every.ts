/**
 * Asks again only so long after it was asked last: whoever asks meanwhile, or before it was answered, gets the same answer.
 * @param ms counted from when it was asked, by a clock that only goes forward
 */
export function atMostEvery<Answer>(ms: number, ask: () => Promise<Answer>): () => Promise<Answer> {
  let answer: Promise<Answer> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isUnder = false;
  return () => {
    if (answer !== null && (isUnder || performance.now() - askedAt < ms)) return answer;
    askedAt = performance.now();
    isUnder = true;
    answer = ask().finally(() => {
      isUnder = false;
    });
    return answer;
  };
}
