import { exactSum } from '../../../server/domain/testing/exact.ts';
import type { ExplainedEvent, Explanation, ExplanationChecks } from '../../../server/explanation/explanation.types.ts';

/** What all pages of a list say together. */
interface Pages<Row> {
  rows: Row[];
  pages: number;
  /** Sums of pages that are not what the page said. */
  wrongTotals: string[];
}

interface Amount {
  amountExact: string;
}

/** Reads a charge through the API, page by page. */
export class OpenedCharge {
  constructor(
    private readonly get: (path: string) => Promise<unknown>,
    accountId: string,
    chargeId: string,
  ) {
    this.under = `/api/v1/accounts/${accountId}/charges/${chargeId}/explanation`;
  }

  private readonly under: string;

  /** The explanation with all its resources. */
  async explained(limit: number): Promise<Explanation> {
    const whole = await this.explanation(`?limit=${limit}`);
    for (let cursor = whole.nextResources; cursor !== null; ) {
      const next = await this.explanation(`?limit=${limit}&cursor=${encodeURIComponent(cursor)}`);
      whole.resources.push(...next.resources);
      cursor = next.nextResources;
    }
    return whole;
  }

  check(): Promise<ExplanationChecks> {
    return this.get(`${this.under}/check`) as Promise<ExplanationChecks>;
  }

  intervals(resource: string, limit: number): Promise<Pages<Amount & { quantity: string }>> {
    return this.pages(`/resources/${encodeURIComponent(resource)}/intervals`, limit);
  }

  hours(resource: string, limit: number): Promise<Pages<Amount & { quantity: string; events: number }>> {
    return this.pages(`/resources/${encodeURIComponent(resource)}/hours`, limit);
  }

  events(limit: number, filter: Record<string, string> = {}): Promise<Pages<ExplainedEvent>> {
    return this.pages('/events', limit, filter);
  }

  private explanation(query: string): Promise<Explanation> {
    return this.get(`${this.under}${query}`) as Promise<Explanation>;
  }

  private async pages<Row extends Amount>(
    path: string,
    limit: number,
    filter: Record<string, string> = {},
  ): Promise<Pages<Row>> {
    const rows: Row[] = [];
    const wrongTotals: string[] = [];
    let pages = 0;
    for (let cursor: string | null = null; pages === 0 || cursor !== null; pages++) {
      const query = new URLSearchParams({ limit: String(limit), ...filter, ...(cursor === null ? {} : { cursor }) });
      const page = (await this.get(`${this.under}${path}?${query}`)) as {
        data: Row[];
        pageTotal: string;
        nextCursor: string | null;
      };
      if (page.data.length > limit) throw new Error(`${path} answered ${page.data.length} rows`);
      rows.push(...page.data);
      if (exactSum(page.data.map(({ amountExact }) => amountExact)) !== exactSum([page.pageTotal])) {
        wrongTotals.push(`page ${pages + 1}: ${page.pageTotal}`);
      }
      cursor = page.nextCursor;
    }
    return { rows, pages, wrongTotals };
  }
}
