import { useLocation } from '@remix-run/react';
import { useEffect } from 'react';

/** Opens what the address points at, and whatever it lies in: a link to a charge must show the charge. */
export function useOpenTarget(): void {
  const { hash } = useLocation();
  useEffect(() => {
    const target = hash === '' ? null : document.getElementById(decodeURIComponent(hash.slice(1)));
    if (target === null) return;
    for (let at: Element | null = target; at !== null; at = at.parentElement) {
      if (at instanceof HTMLDetailsElement) at.open = true;
    }
    const steps = target.querySelector('details');
    if (steps !== null) steps.open = true;
    target.scrollIntoView({ block: 'center' });
  }, [hash]);
}
