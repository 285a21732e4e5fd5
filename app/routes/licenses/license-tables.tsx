import type { LicenseUse } from '#server/pages/spend-pages.types.ts';
import { dayText } from '../../format/time.ts';

interface LicenseTablesProps {
  license: LicenseUse;
  /** Writes a quantity with its unit. */
  amount: (units: string) => string;
}

/** What each team used of it, beside what it was allocated. */
export function Teams({ license, amount }: LicenseTablesProps) {
  const allocated = license.teams.some((team) => team.allocated !== null);
  return (
    <table className="numbers">
      <thead>
        <tr>
          <th scope="col">Team</th>
          <th scope="col" className="n">
            {license.measure === 'max' ? 'Covered' : 'Used'}
          </th>
          {allocated && (
            <th scope="col" className="n">
              Allocated
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {license.teams.map((team) => (
          <tr key={team.team}>
            <th scope="row" className="break-anywhere">
              {team.team === '' ? <span className="text-ink-2">no team</span> : team.team}
            </th>
            <td className="n">{amount(team.drawnUnits)}</td>
            {allocated && (
              <td className="n">
                {team.allocated === null ? <span className="none-metered">none</span> : amount(team.allocated)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The same by app and by day. */
export function AppsAndDays({ license, amount }: LicenseTablesProps) {
  return (
    <div className="license-grid">
      <Parts
        title="App"
        rows={license.apps.map(({ app, drawnUnits }) => [app === '' ? 'no app' : app, amount(drawnUnits)])}
      />
      <Parts
        title="Day"
        rows={license.days.flatMap(({ day, drawnUnits }): [string, string][] =>
          drawnUnits === null ? [] : [[dayText(day), amount(drawnUnits)]],
        )}
      />
    </div>
  );
}

function Parts({ title, rows }: { title: string; rows: [string, string][] }) {
  return (
    <table className="numbers self-start">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          <th scope="col" className="n">
            Used
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, used]) => (
          <tr key={name}>
            <th scope="row" className="break-anywhere">
              {name}
            </th>
            <td className="n">{used}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
