/** Rising whole numbers as runs of even steps: `[first, step, count]`. Windows mostly are: a month of minutes is one run. */
export type Run = readonly [first: number, step: number, count: number];

/** @param numbers in order */
export function runsOf(numbers: readonly number[]): Run[] {
  const runs: [number, number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run === undefined) runs.push([number, 1, 1]);
    else if (run[2] === 1) runs[runs.length - 1] = [run[0], number - run[0], 2];
    else if (number === run[0] + run[1] * run[2]) run[2] += 1;
    else runs.push([number, 1, 1]);
  }
  return runs;
}

/** The SQL of the numbers that a parameter holds as runs (`Array(Array(Int64))`): a list of its own would be most of a statement. */
export function numbersOf(parameter: string): string {
  return `arrayFlatten(arrayMap(run -> arrayMap(i -> run[1] + run[2] * i, range(toUInt64(run[3]))), {${parameter}:Array(Array(Int64))}))`;
}

/**
 * The SQL of the last of those numbers that is no later than an expression is, which no earlier than the first of them. By
 * arithmetic: a list of fifty thousand is computed, named and compared over and over by whoever plans the statement.
 */
export function lastBefore(expression: string, parameter: string): string {
  const run = `arrayLast(run -> run[1] <= ${expression}, {${parameter}:Array(Array(Int64))})`;
  const steps = `least(intDiv(${expression} - r[1], r[2]), r[3] - 1)`;
  return `arrayMap(r -> r[1] + r[2] * ${steps}, [${run}])[1]`;
}
