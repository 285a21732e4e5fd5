import { Window } from 'happy-dom';

/** A page of an explanation, as anybody with its link reads it. */
export interface SharedPage {
  status: number;
  /** What the page says, as HTML; the same page says the same to the last byte. */
  main: string;
  /** All that came. */
  html: string;
  /** Rows of its last table: by which name they are told, and the exact amount of each as decimal text. */
  rows: { name: string; amountExact: string; href: string | null }[];
  /** What the page says its rows add up to; `null` where it does not. */
  pageTotal: string | null;
  next: string | null;
}

/** Reads one page; without signing in, unless headers say who reads. */
export async function sharedPage(url: string, headers: Record<string, string> = {}): Promise<SharedPage> {
  const response = await fetch(url, { headers });
  const html = await response.text();
  const window = new Window();
  window.document.write(html);
  const main = window.document.querySelector('main');
  const link = (words: string) =>
    [...(main?.querySelectorAll('a') ?? [])].find((a) => a.textContent === words)?.getAttribute('href') ?? null;
  const absolute = (href: string | null) => (href === null ? null : new URL(href, url).href);
  const rows = [...([...(main?.querySelectorAll('table') ?? [])].at(-1)?.querySelectorAll('tbody tr') ?? [])];
  const total = /This page: (\S+) /.exec(main?.textContent ?? '')?.[1];
  const page: SharedPage = {
    status: response.status,
    html,
    main: main?.innerHTML ?? '',
    rows: rows.map((tr) => ({
      name: tr.querySelector('th')?.getAttribute('aria-label') ?? tr.querySelector('th')?.textContent ?? '',
      amountExact: plain([...tr.querySelectorAll(':scope > td')].at(-1)?.textContent ?? ''),
      href: absolute(tr.querySelector('th a')?.getAttribute('href') ?? null),
    })),
    pageTotal: total === undefined ? null : plain(total),
    next: absolute(link('Next page') ?? link('Further resources')),
  };
  await window.happyDOM.close();
  return page;
}

/** A page and all that follow it. */
export async function sharedPages(url: string, headers: Record<string, string> = {}): Promise<SharedPage[]> {
  const pages: SharedPage[] = [];
  for (let next: string | null = url; next !== null; ) {
    const page: SharedPage = await sharedPage(next, headers);
    if (page.status !== 200) throw new Error(`${next} answered ${page.status}`);
    pages.push(page);
    next = page.next;
  }
  return pages;
}

function plain(shown: string): string {
  return shown.replaceAll(',', '').replace('−', '-').trim();
}
