import { listApps, listTeams } from '../../database/accounts/accounts.ts';
import type { Queries } from '../../database/database.types.ts';
import { GROUPINGS, type Grouping } from '../../domain/grouping.ts';

/** Which team each app is of, as it is now: usage names apps, and knows of no teams. */
export interface AccountTeams {
  /** Id of its team by the id of an app; of one without a team nothing. */
  teamOf: ReadonlyMap<string, string>;
  /** Names by id. */
  names: ReadonlyMap<string, string>;
}

/** Of an account without any. */
export const NO_TEAMS: AccountTeams = { teamOf: new Map(), names: new Map() };

/** The teams of an account. */
export async function accountTeams(queries: Queries, accountId: string): Promise<AccountTeams> {
  const teams = await listTeams(queries, accountId);
  if (teams.length === 0) return NO_TEAMS;
  const apps = await listApps(queries, accountId);
  return {
    teamOf: new Map(apps.flatMap(({ id, teamId }) => (teamId === null ? [] : [[id, teamId]]))),
    names: new Map(teams.map(({ id, name }) => [id, name])),
  };
}

/** What spend of an account can be told by: by team where it has any. */
export function groupingsOf({ names }: AccountTeams): Grouping[] {
  return GROUPINGS.filter((by) => by !== 'team' || names.size > 0);
}
