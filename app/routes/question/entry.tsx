import type { ReactNode } from 'react';
import type { QuestionEntry } from '#server/pages/questions-pages.types.ts';
import { moneyText } from '../../format/money.ts';
import { Said } from './said.tsx';

interface EntryProps {
  by: string;
  isSupport?: boolean;
  at: ReactNode;
  /** What was said; `null` for what was only done. */
  text: string | null;
  did: string;
  linksBegin: string;
  credit?: QuestionEntry['credit'];
}

/** What one side said or did. */
export function Entry({ by, isSupport = false, at, text, did, linksBegin, credit = null }: EntryProps) {
  return (
    <li className={text === null ? 'px-4 text-ink-2' : 'card'}>
      <p className="flex flex-wrap justify-between gap-x-4 text-fine text-ink-2">
        <span className="break-anywhere">
          <b className="font-semibold text-ink">{by}</b>
          {isSupport && ', support,'} {did}
        </span>
        {at}
      </p>
      {text !== null && <Said text={text} linksBegin={linksBegin} />}
      {credit !== null && (
        <p className="note-plain mt-3">
          A credit of <b className="font-semibold">{moneyText(credit.amount, credit)}</b> was granted. The coming
          invoices draw it down.
        </p>
      )}
    </li>
  );
}
