import type { Case, Intent } from './case.ts';
import { formCase, nameOf } from './forms.ts';
import { type Harvest, harvest } from './harvest.ts';
import { Operations } from './operations.ts';
import { kindOf, type Page, pageCase, pagesOfBuild } from './pages.ts';
import { rawCase } from './raw.ts';
import { MESSAGES, socketCase } from './sockets.ts';
import { Random } from './values/random.ts';
import type { World } from './world.ts';

const KINDS = { operation: 58, page: 22, form: 11, socket: 6, raw: 3 };
const INTENTS: Record<Intent, number> = { valid: 35, nearly: 35, hostile: 30 };
/** How often each of all is asked rightly before anything is asked wrongly. */
const ROUNDS_OF_ALL = 3;

type Make = (intent: Intent, random: Random) => Case;

/** Every request there can be, by number. */
export class Cases {
  /** Everything that can be asked rightly, once. */
  private readonly all: Make[];

  private constructor(
    private readonly seed: number,
    private readonly parts: { world: World; operations: Operations; pages: Page[]; harvest: Harvest; now: Date },
  ) {
    const { operations, pages } = parts;
    this.all = [
      ...operations.all.map(({ name }) => this.operation(name)),
      ...pages.map((page) => this.page(page)),
      ...parts.harvest.forms.map((_, at) => this.form(at)),
      ...MESSAGES.map((event) => this.socket(event)),
    ];
  }

  /** Finds out from a running server and its build what there is to ask. */
  static async of(url: string, world: World, { seed, now }: { seed: number; now: Date }): Promise<Cases> {
    const pages = await pagesOfBuild();
    const parts = {
      operations: await Operations.of(url, world),
      pages,
      harvest: await harvest(url, world, kindOf(pages)),
    };
    return new Cases(seed, { ...parts, world, now });
  }

  /** What there is to ask, in numbers. */
  sizes(): string {
    const { operations, pages, harvest } = this.parts;
    return `${operations.all.length} operations, ${pages.length} pages with ${harvest.links.length} links, ${harvest.forms.length} forms, ${MESSAGES.length} messages`;
  }

  /** The first requests on every server: as many as there are things to ask, three times. */
  get roundsOfAll(): number {
    return this.all.length * ROUNDS_OF_ALL;
  }

  /** The request of a number: the same for the same seed in the same world. */
  caseOf(number: number): Case {
    const random = new Random(this.seed, number);
    const make = number < this.roundsOfAll ? (this.all[number % this.all.length] as Make) : this.any(random);
    const intent = number < this.roundsOfAll ? 'valid' : random.weighed(INTENTS);
    const made = make(intent, random);
    if (made.kind !== 'http') return made;
    // Many people from many networks: what one may do is not what is tried here.
    for (const request of [made.before, made.request]) {
      if (request)
        request.headers = { 'x-forwarded-for': `10.${random.below(256)}.${random.below(256)}.9`, ...request.headers };
    }
    return made;
  }

  private any(random: Random): Make {
    const { operations, pages, harvest } = this.parts;
    switch (random.weighed(KINDS)) {
      case 'operation':
        return this.operation(random.pick(operations.all).name);
      case 'page':
        return this.page(random.pick(pages));
      case 'form':
        return this.form(random.below(harvest.forms.length));
      case 'socket':
        return this.socket(random.pick(MESSAGES));
      default:
        return (_, by) => rawCase({ world: this.parts.world, random: by });
    }
  }

  private operation(name: string): Make {
    const { operations, world, now } = this.parts;
    const operation = operations.all.find((each) => each.name === name);
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    return (intent, random) => operations.caseOf(operation, intent, { world, random, now });
  }

  private page(page: Page): Make {
    const { world, harvest, pages } = this.parts;
    return (intent, random) => pageCase(page, intent, { world, harvest, random, kind: kindOf(pages) });
  }

  private form(at: number): Make {
    const { world, harvest, pages } = this.parts;
    const form = harvest.forms[at];
    if (form === undefined) throw new Error('No page has a form.');
    return (intent, random) => formCase(form, intent, { world, random, about: nameOf(form, kindOf(pages)) });
  }

  private socket(event: string): Make {
    return (intent, random) => socketCase(intent, { world: this.parts.world, random, event });
  }
}
