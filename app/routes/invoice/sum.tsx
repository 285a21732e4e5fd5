import type { ReactNode } from 'react';

interface SumProps {
  caption: string;
  rows: { name: ReactNode; amount: ReactNode; key?: string }[];
  sum: { name: string; amount: string };
}

/** Amounts, and below them what they add up to. */
export function Sum({ caption, rows, sum }: SumProps) {
  return (
    <table className="numbers numbers-dense my-2">
      <caption className="sr-only">{caption}</caption>
      <tbody>
        {rows.map(({ name, amount, key }) => (
          <tr key={key ?? String(name)}>
            <th scope="row" className="break-anywhere">
              {name}
            </th>
            <td className="n">{amount}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">{sum.name}</th>
          <td className="n">{sum.amount}</td>
        </tr>
      </tfoot>
    </table>
  );
}
