import PDFDocument from 'pdfkit';
import { fontFiles, type Run, runsOf, type Weight } from './typeface.ts';

/** A4, in points. */
const PAGE = { width: 595, height: 842, margin: 48 } as const;
/** The left and right edge of what is written, in points. */
export const CONTENT = { left: PAGE.margin, right: PAGE.width - PAGE.margin } as const;
const BOTTOM = PAGE.height - 64;

/** How a line is set; sizes in points. */
export interface TextStyle {
  size?: number;
  weight?: Weight;
  colour?: string;
  align?: 'left' | 'right';
  /** Where the text leads. */
  link?: string;
}

/**
 * No pairs of letters that are set apart from their own, so that a text is as wide as its characters; contextual forms
 * alone took nine tenths of the time. fontkit reads from an object what is off, which the types leave out.
 */
const TEXT_FEATURES = { kern: false, calt: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[];
/** In amounts every digit is as wide as the others, so that digits stand under digits. */
const AMOUNT_FEATURES = { kern: false, calt: false, tnum: true } as unknown as PDFKit.Mixins.OpenTypeFeatures[];
const AMOUNT = /^[\d.,−]+$/;
const LINE_HEIGHT = 1.4;

/**
 * A document that is written from top to bottom. The same calls give the same bytes, whenever and wherever they are made.
 */
export class Sheet {
  /** How far down the current page is written. */
  y: number = PAGE.margin;
  private readonly doc: PDFKit.PDFDocument;
  private readonly chunks: Buffer[] = [];
  private readonly ended: Promise<void>;
  /** Of characters by font and features, at size 1000. */
  private readonly widths = new Map<string, number>();
  /** Written again at the top of every page that follows. */
  private heading: (() => void) | null = null;

  constructor(info: { title: string; author: string; createdAt: Date }) {
    this.doc = new PDFDocument({
      size: [PAGE.width, PAGE.height],
      margin: 0,
      bufferPages: true,
      lang: 'en',
      displayTitle: true,
      // Without a font to begin with, or Helvetica's metrics would be read for nothing.
      font: '',
      info: { Title: info.title, Author: info.author, CreationDate: info.createdAt, ModDate: info.createdAt },
    });
    for (const { name, file } of fontFiles()) this.doc.registerFont(name, file);
    this.doc.on('data', (chunk: Buffer) => this.chunks.push(chunk));
    this.ended = new Promise((resolve, reject) => {
      this.doc.on('end', resolve);
      this.doc.on('error', reject);
    });
  }

  /** Text on one line at `x`, or ending there. Does not move down. */
  text(text: string, x: number, { size = 9, weight = 'regular', colour = '#14161a', align, link }: TextStyle = {}) {
    const features = featuresOf(text);
    const width = this.widthOf(text, size, weight);
    let at = align === 'right' ? x - width : x;
    if (link !== undefined && width > 0) this.doc.link(at, this.y, width, size * LINE_HEIGHT, link);
    for (const run of runsOf(text, weight)) {
      this.doc.font(run.font, size).fillColor(colour);
      this.doc.text(run.text, at, this.y, { lineBreak: false, features });
      at += this.widthOfRun(run, size, features);
    }
  }

  /** Text in as many lines as it takes; lines of a paragraph may come onto different pages. */
  paragraph(text: string, x: number, width: number, style: TextStyle = {}) {
    const { size = 9, weight = 'regular' } = style;
    for (const line of this.wrapped(text, width, size, weight)) {
      this.reserve(size * LINE_HEIGHT);
      this.text(line, x, style);
      this.down(size * LINE_HEIGHT);
    }
  }

  /** Lines no wider than `width`, broken at spaces, and within a word that is wider alone. */
  wrapped(text: string, width: number, size = 9, weight: Weight = 'regular'): string[] {
    const lines: string[] = [];
    let line = '';
    for (const word of text.split(/\s+/).filter((part) => part !== '')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (this.widthOf(longer, size, weight) <= width) {
        line = longer;
        continue;
      }
      if (line !== '') lines.push(line);
      const pieces = this.broken(word, width, size, weight);
      line = pieces.pop() ?? '';
      lines.push(...pieces);
    }
    if (line !== '' || lines.length === 0) lines.push(line);
    return lines;
  }

  /** A line across the page, dashed where numbers may still change. */
  rule({ colour = '#e4e4e0', dashed = false } = {}) {
    if (dashed) this.doc.dash(3, { space: 2 });
    this.doc.moveTo(CONTENT.left, this.y).lineTo(CONTENT.right, this.y).lineWidth(0.75).strokeColor(colour).stroke();
    if (dashed) this.doc.undash();
  }

  down(points: number) {
    this.y += points;
  }

  /** Goes to a new page when fewer points than this are left on the current one. */
  reserve(points: number) {
    if (this.y + points <= BOTTOM) return;
    this.doc.addPage();
    this.y = PAGE.margin;
    this.heading?.();
  }

  /** The most points that `reserve` can give. */
  get room(): number {
    return BOTTOM - PAGE.margin - 64;
  }

  /** Writes a heading now, and again on every page until there is another. */
  repeat(heading: (() => void) | null) {
    this.heading = heading;
    heading?.();
  }

  /** Ends the document; `foot` is written on every page. */
  async end(foot: (page: number, pages: number) => void): Promise<Buffer> {
    const { count } = this.doc.bufferedPageRange();
    for (let page = 0; page < count; page++) {
      this.doc.switchToPage(page);
      this.y = BOTTOM + 16;
      foot(page + 1, count);
    }
    this.doc.end();
    await this.ended;
    return Buffer.concat(this.chunks);
  }

  private broken(word: string, width: number, size: number, weight: Weight): string[] {
    const pieces = [''];
    for (const character of word) {
      const longer = `${pieces.at(-1)}${character}`;
      if (longer === character || this.widthOf(longer, size, weight) <= width) pieces[pieces.length - 1] = longer;
      else pieces.push(character);
    }
    return pieces;
  }

  private widthOf(text: string, size: number, weight: Weight): number {
    const features = featuresOf(text);
    return runsOf(text, weight).reduce((width, run) => width + this.widthOfRun(run, size, features), 0);
  }

  private widthOfRun({ font, text }: Run, size: number, features: PDFKit.Mixins.OpenTypeFeatures[]): number {
    let width = 0;
    for (const character of text) {
      const key = `${font} ${features === AMOUNT_FEATURES} ${character}`;
      const known = this.widths.get(key) ?? this.doc.font(font, 1000).widthOfString(character, { features });
      this.widths.set(key, known);
      width += known;
    }
    return (width * size) / 1000;
  }
}

function featuresOf(text: string) {
  return AMOUNT.test(text) ? AMOUNT_FEATURES : TEXT_FEATURES;
}
