/** Something that is done again and again. */
export interface Running {
  /** Waits for what is being done, then stops. */
  stop: () => Promise<void>;
}

/**
 * Does something, rests, and does it again, until it is stopped.
 * @param work ends early once it is told to stop
 * @param rest milliseconds, after work that took so many
 */
export function startRunning(
  work: (isStopping: () => boolean) => Promise<void>,
  rest: (worked: number) => number,
  onError: (error: unknown) => void,
): Running {
  let stopping = false;
  let wake: () => void = () => {};
  const loop = async () => {
    while (!stopping) {
      const began = performance.now();
      await work(() => stopping).catch(onError);
      if (stopping) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, rest(performance.now() - began));
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const ended = loop();
  return {
    stop: async () => {
      stopping = true;
      wake();
      await ended;
    },
  };
}
