import { closePeriods } from '../../../server/jobs/close-periods.ts';
import { openStores } from '../../../server/stores.ts';
import { closingParts } from './closing.ts';

/** Closes what is due in a data directory, as of an instant: argv holds both. Its parent may kill it at any moment. */
const [, , dataDir = '', asOf = ''] = process.argv;
const stores = await openStores({ dataDir, clickhouseUrl: null, databaseUrl: null });
process.stdout.write('closing\n');
const made = await closePeriods(await closingParts(stores, new Date(asOf)));
process.stdout.write(`made ${made}\n`);
await stores.close();
