import type { Response } from 'express';

/** Tells when an answer begins: its head is about to be written. */
export function whenAnswerBegins(res: Response, told: () => void): void {
  const writeHead = res.writeHead.bind(res) as (...args: unknown[]) => Response;
  res.writeHead = ((...args: unknown[]) => {
    told();
    return writeHead(...args);
  }) as Response['writeHead'];
}
