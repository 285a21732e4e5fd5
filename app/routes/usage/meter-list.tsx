import { Link } from '@remix-run/react';
import type { MeterTotal } from '#server/usage/usage.types.ts';
import { axisUnit, cellUnit } from '../../format/quantity.ts';
import { QuantityValue } from '../../format/quantity-value.tsx';
import { paths, type UsageChoice } from '../../paths.ts';

interface MeterListProps {
  accountId: string;
  meters: MeterTotal[];
  chosenKey: string | undefined;
  choice: UsageChoice;
}

/** Every meter with its quantity in the period; each leads to its days and groups. */
export function MeterList({ accountId, meters, chosenKey, choice }: MeterListProps) {
  return (
    <ul className="-mx-2">
      {meters.map((meter) => (
        <li key={meter.key} className="border-b border-line-2 last:border-0">
          <Link
            to={paths.usage(accountId, { ...choice, meter: meter.key, groupBy: keptGrouping(meter, choice.groupBy) })}
            aria-current={meter.key === chosenKey ? 'true' : undefined}
            preventScrollReset
            className="meter-link"
          >
            <span className="min-w-0">{meter.description}</span>
            <span className="shrink-0">
              <QuantityValue measure={meter} quantity={meter.quantity} insideLink />
              {meter.quantity !== null && needsUnit(meter) && (
                <span className="meter-unit">{axisUnit(meter).name}</span>
              )}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** Running time says `h min` itself, and a meter called "Active users" need not repeat that it counts users. */
function needsUnit({ unit, description }: MeterTotal): boolean {
  return cellUnit({ unit }) === unit && !description.toLowerCase().includes(unit.toLowerCase());
}

/** A grouping is kept from meter to meter as long as the next one has it. */
function keptGrouping(meter: MeterTotal, groupBy: string | undefined): string | undefined {
  return groupBy === 'subject' || (groupBy && meter.dimensions.includes(groupBy)) ? groupBy : undefined;
}
