/** What is kept of a state, in bytes: a few hundred pages of numbers. */
const MOST_BYTES = 8 * 1024 * 1024;
/** A larger answer is only shared with whoever asks while it is on its way. */
const LARGEST_BYTES = 1024 * 1024;
/** The question, and that it is kept. */
const EACH_BYTES = 256;

/** Answers to questions about a state that stands still, so that each is asked once. */
export class RememberedAnswers {
  private readonly answers = new Map<string, Promise<Buffer>>();
  private bytes = 0;

  /** The answer, which `ask` gives where nobody asked before. */
  get(question: string, ask: () => Promise<Buffer>): Promise<Buffer> {
    const known = this.answers.get(question);
    if (known !== undefined) return known;
    const answer = ask();
    this.answers.set(question, answer);
    void this.keep(question, answer);
    return answer;
  }

  private async keep(question: string, answer: Promise<Buffer>): Promise<void> {
    try {
      const { length } = await answer;
      if (length > LARGEST_BYTES) this.answers.delete(question);
      else this.bytes += length + EACH_BYTES;
    } catch {
      // Whoever asked is told; the next asks again.
      this.answers.delete(question);
    }
    if (this.bytes <= MOST_BYTES) return;
    // All at once: what is asked again is soon here again, and the state changes before that mostly.
    this.answers.clear();
    this.bytes = 0;
  }
}
