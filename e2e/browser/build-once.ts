import { build } from '../../server/commands/prepare/build.mjs';

/** Sees to it that the pages under test are the ones in `app`, also when Playwright is started by hand. */
export default build;
