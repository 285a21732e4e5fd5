import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Another process of the benchmark: what it does must not take its time from what is measured. */
export interface Child {
  /** Sends a question and waits for the answer. @throws with what the child said went wrong, or when it ended */
  ask: <Answer>(question: object) => Promise<Answer>;
  end: () => Promise<void>;
}

type Reply = { answer: unknown } | { error: string };

/** Starts the file in a process of its own; it ends with this one. */
export function startChild(file: URL): Child {
  const child = fork(fileURLToPath(file), {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    execArgv: ['--import', 'tsx'],
    // Read once when a process starts: the embedded engine's sessions each hold a thread.
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  void ended.then(() => process.off('exit', kill));
  return {
    ask: <Answer>(question: object) => ask<Answer>(child, ended, question),
    end: async () => {
      kill();
      await ended;
    },
  };
}

async function ask<Answer>(child: ChildProcess, ended: Promise<void>, question: object): Promise<Answer> {
  const reply = await new Promise<Reply>((resolve) => {
    child.once('message', (message) => resolve(message as Reply));
    void ended.then(() => resolve({ error: 'the process ended' }));
    child.send(question);
  });
  if ('error' in reply) throw new Error(reply.error);
  return reply.answer as Answer;
}

/** In the child: answers the parent's questions, one after another. */
export function answerParent<Question>(answer: (question: Question) => Promise<unknown>): void {
  process.on('message', (question) => {
    answer(question as Question).then(
      (given) => process.send?.({ answer: given ?? null }),
      (error: unknown) =>
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
