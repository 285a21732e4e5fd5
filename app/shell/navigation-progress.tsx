import { useNavigation } from '@remix-run/react';

/** Says that the next page is on its way, in words and with a line, once that takes longer than a moment. */
export function NavigationProgress() {
  const { state } = useNavigation();
  const word = state === 'submitting' ? 'Sending…' : 'Loading…';
  return (
    <div role="status" className="print:hidden">
      {state !== 'idle' && <span className="progress">{word}</span>}
    </div>
  );
}
