import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const SCHEMES = ['light', 'dark'] as const;

/**
 * What keeps somebody out of the page as it stands, in either theme: broken accessibility rules with the elements that break
 * them, and pixels it must be scrolled sideways. Empty on a page that everyone can read.
 */
export async function barriersOn(page: Page): Promise<string[]> {
  const barriers: string[] = [];
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme });
    // Without it every page is examined in a second one; what that adds is frames of other origins, and there are none.
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      // Every rule is held against every element all the same; what is in order is not described.
      .options({ resultTypes: ['violations'] })
      .analyze();
    for (const { id, nodes } of violations) {
      barriers.push(`${page.url()}, ${colorScheme}: ${id}, ${nodes.map(({ html }) => html).join(' ')}`);
    }
    const sideways = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (sideways > 0) barriers.push(`${page.url()}, ${colorScheme}: ${sideways} pixels too wide`);
  }
  return barriers;
}
