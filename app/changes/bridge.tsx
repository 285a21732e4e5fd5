import type { ShownChanges } from '#server/pages/spend-pages.types.ts';
import { MoneyValue } from '../format/money-value.tsx';
import { ChangeValue } from './change-value.tsx';
import { kindText } from './driver-name.ts';

interface BridgeProps {
  changes: ShownChanges;
  /** What the two spans are called. */
  names: { before: string; now: string };
}

/** From the earlier amount to the later, driver by driver, in one scale; every row says what it adds and where that leads. */
export function Bridge({ changes, names }: BridgeProps) {
  const { bridge, drivers } = changes;
  const scale = scaleFor(bridge.flatMap(({ before, after }) => [Number(before), Number(after)]));
  return (
    <table className="numbers bridge">
      <caption className="sr-only">
        From {names.before} to {names.now}, driver by driver
      </caption>
      <thead>
        <tr>
          <th scope="col">Driver</th>
          <td className="bridge-bars">{scale.least > 0 && `axis begins at ${Math.round(scale.least)}`}</td>
          <th scope="col" className="n">
            Change
          </th>
          <th scope="col" className="n on-wide">
            Amount then
          </th>
        </tr>
      </thead>
      <tbody>
        <WholeRow name={names.before} amount={changes.compareAmountExact} changes={changes} scale={scale} outline />
        {bridge.map(({ driver, count, amountExact, before, after }) => {
          const told = driver === null ? undefined : drivers[driver];
          return (
            <tr key={driver ?? 'others'}>
              <th scope="row" className="break-anywhere">
                {driver !== null && <span className="text-fine text-ink-3">{driver + 1} </span>}
                {told === undefined ? `${count} smaller` : kindText(told)}{' '}
                {told !== undefined && <span className="bridge-what text-ink-3">{shortOf(told.description)}</span>}
              </th>
              <td className="bridge-bars">
                <Bar scale={scale} from={Number(before)} to={Number(after)} />
              </td>
              <td className="n">
                <ChangeValue of={changes} amount={amountExact} />
              </td>
              <td className="n on-wide">
                <MoneyValue of={changes} amount={after} />
              </td>
            </tr>
          );
        })}
        <WholeRow name={names.now} amount={changes.amountExact} changes={changes} scale={scale} />
      </tbody>
    </table>
  );
}

/** Up to the first colon that is none of a clock: who did it stands below. */
const shortOf = (description: string) => description.split(': ')[0] ?? description;

interface Scale {
  least: number;
  most: number;
}

/** The axis begins where the bars do, not at nothing, where that would make them all too small to tell apart. */
function scaleFor(values: readonly number[]): Scale {
  const [least, most] = [Math.min(...values, Number.POSITIVE_INFINITY), Math.max(...values, 0)];
  if (!Number.isFinite(least) || least <= 0 || most <= 0) return { least: Math.min(0, least), most: most || 1 };
  const room = (most - least) * 0.25;
  return { least: least - room > most * 0.4 ? Math.floor(least - room) : 0, most };
}

function Bar({ scale, from, to }: { scale: Scale; from: number; to: number }) {
  const x = (value: number) => ((value - scale.least) / (scale.most - scale.least || 1)) * 100;
  const [left, width] = [x(Math.min(from, to)), Math.abs(x(to) - x(from))];
  return (
    <svg className="bridge-bar" role="presentation" aria-hidden="true">
      <rect
        className={to >= from ? 'bridge-more' : 'bridge-less'}
        x={`${left.toFixed(2)}%`}
        width={`${Math.max(width, 0.4).toFixed(2)}%`}
        height="100%"
      />
    </svg>
  );
}

interface WholeRowProps {
  name: string;
  amount: string;
  changes: ShownChanges;
  scale: Scale;
  outline?: boolean;
}

function WholeRow({ name, amount, changes, scale, outline = false }: WholeRowProps) {
  const width = ((Number(amount) - scale.least) / (scale.most - scale.least || 1)) * 100;
  return (
    <tr>
      <th scope="row">
        <b className="font-semibold">{name}</b>
      </th>
      <td className="bridge-bars">
        <svg className="bridge-bar" role="presentation" aria-hidden="true">
          <rect
            className={outline ? 'bridge-before' : 'bridge-now'}
            width={`${Math.max(0, width).toFixed(2)}%`}
            height="100%"
          />
        </svg>
      </td>
      <td className="n">
        {/* Where there is no column for it. */}
        <b className="bridge-whole font-semibold">
          <MoneyValue of={changes} amount={amount} />
        </b>
      </td>
      <td className="n on-wide">
        <b className="font-semibold">
          <MoneyValue of={changes} amount={amount} />
        </b>
      </td>
    </tr>
  );
}
