import { ChevronDown } from 'lucide-react';

/** What the link to the accounts and the menu's button both show. */
export function AccountLabel({ name }: { name: string }) {
  return (
    <>
      <Letter name={name} />
      <span className="truncate">{name}</span>
      <ChevronDown aria-hidden="true" size={14} className="shrink-0" />
      <span className="sr-only">, choose another account</span>
    </>
  );
}

/** An account's first letter, as a sign beside its name. */
export function Letter({ name }: { name: string }) {
  return (
    <span aria-hidden="true" className="badge-letter">
      {name.slice(0, 1).toUpperCase()}
    </span>
  );
}
