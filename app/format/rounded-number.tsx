import type { ClipboardEvent } from 'react';

interface RoundedNumberProps {
  text: string;
  /** Every digit, with its unit. */
  exact: string;
  /** Inside a link the link takes the focus, and shows the exact number then. */
  insideLink: boolean;
}

/** A number that hides digits: they show on hover and on focus, are read out, and are what is copied. */
export function RoundedNumber({ text, exact, insideLink }: RoundedNumberProps) {
  const copyExact = (event: ClipboardEvent) => {
    event.clipboardData.setData('text/plain', exact);
    event.preventDefault();
  };
  return (
    <span
      className="rounded-number"
      data-exact={exact}
      onCopy={copyExact}
      // Reachable by keyboard, since focus shows the exact number.
      tabIndex={insideLink ? undefined : 0}
    >
      {text}
      <span className="sr-only">, exactly {exact}</span>
    </span>
  );
}
