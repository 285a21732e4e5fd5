import type { DemoEvent, DemoWorld, EventSource } from '../demo-event.ts';
import { plannedSource } from '../planned.ts';
import { appLives } from './app-lives.ts';
import { descriptions } from './descriptions.ts';
import { ecoPool } from './eco-pool.ts';
import { lateReports, thumbnails } from './late-reports.ts';
import { licensedUse } from './licensed.ts';
import { movedApp } from './moved-app.ts';
import { plansAndPrices } from './plans-and-prices.ts';
import { shopDynos } from './shop-dynos.ts';

/** What happens to the customers of the situations and is reported at once, or nearly so. */
export function situations(world: DemoWorld): EventSource[] {
  const planned = [appLives, shopDynos, plansAndPrices, movedApp, thumbnails];
  const standing = plannedSource(planned.flatMap((events) => events(world)));
  return [standing, licensedUse(world), ecoPool(world), descriptions(world)];
}

/** What is reported days later. */
export function stragglers(world: DemoWorld): DemoEvent[] {
  return lateReports(world);
}
