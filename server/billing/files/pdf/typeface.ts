import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The two cuts of the typeface that are embedded. */
export type Weight = 'regular' | 'bold';

/** A piece of text in one font file. */
export interface Run {
  font: string;
  text: string;
}

const require = createRequire(import.meta.url);
const unicode = require('@fontsource/inter/unicode.json') as Record<string, string>;
/** Inter comes in a file for each script; what several have is taken from the first. */
const SCRIPTS = ['latin', 'latin-ext', 'cyrillic', 'cyrillic-ext', 'greek', 'greek-ext', 'vietnamese'];
const FILE_WEIGHTS: Record<Weight, string> = { regular: '400', bold: '600' };
/** Stands for a character of a script that Inter does not have, Chinese for example. */
const UNKNOWN = '?';

const ranges = readRanges();

/** The font files of Inter by name, to be registered with a document. */
export function fontFiles(): { name: string; file: Buffer }[] {
  return (Object.keys(FILE_WEIGHTS) as Weight[]).flatMap((weight) =>
    SCRIPTS.map((script) => ({
      name: nameOf(script, weight),
      file: readFileSync(
        require.resolve(`@fontsource/inter/files/inter-${script}-${FILE_WEIGHTS[weight]}-normal.woff`),
      ),
    })),
  );
}

/** Text cut where the font file changes. */
export function runsOf(text: string, weight: Weight): Run[] {
  const runs: Run[] = [];
  for (const character of text.normalize('NFC')) {
    const script = scriptOf(character.codePointAt(0) ?? 0);
    const font = nameOf(script ?? 'latin', weight);
    const shown = script === null ? UNKNOWN : character;
    const last = runs.at(-1);
    if (last?.font === font) last.text += shown;
    else runs.push({ font, text: shown });
  }
  return runs;
}

function scriptOf(codePoint: number): string | null {
  if (codePoint < 0x100) return 'latin';
  return ranges.find(({ bounds }) => bounds.some(([from, to]) => from <= codePoint && codePoint <= to))?.script ?? null;
}

/** Which script has which characters, as the package tells browsers: `U+0000-00FF,U+0131`. */
function readRanges(): { script: string; bounds: [number, number][] }[] {
  return SCRIPTS.map((script) => ({
    script,
    bounds: (unicode[script] ?? '').split(',').map((range): [number, number] => {
      const [from = '', to = from] = range.replace('U+', '').split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)];
    }),
  }));
}

function nameOf(script: string, weight: Weight): string {
  return `inter-${script}-${weight}`;
}
