import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
/** Where the bundle is started from; it is made beside it. */
const START = join(root, 'build/start');

/** What a file finds from where it lies is still found from where the bundle lies. */
const ownAddresses: Plugin = {
  name: 'own-addresses',
  enforce: 'pre',
  transform(code, file) {
    if (!code.includes('import.meta.url')) return null;
    const there = JSON.stringify(relative(START, file));
    // On one line, as it was: the map needs no other.
    return { code: code.replaceAll('import.meta.url', `new URL(${there}, import.meta.url).href`), map: null };
  },
};

/** The server and all it imports of this project as one file with its source map; packages are left out. */
export default defineConfig({
  root,
  publicDir: false,
  plugins: [ownAddresses],
  build: {
    ssr: 'server/index.ts',
    target: 'node20',
    sourcemap: true,
    minify: false,
    rollupOptions: { output: { entryFileNames: 'server.js', inlineDynamicImports: true } },
  },
});
