import { constants } from 'node:zlib';
import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { compression, defineAlgorithm } from 'vite-plugin-compression2';
import config from './remix.config.js';

const app = new URL('app', import.meta.url).pathname;

/** Files that browsers fetch get compressed copies beside them, once and as small as they become. */
const compressedAssets = compression({
  include: /^assets\/.*\.(js|css|svg|json|map)$/,
  threshold: 1024,
  skipIfLargerOrEqual: true,
  algorithms: [
    defineAlgorithm('gzip', { level: 9 }),
    defineAlgorithm('brotliCompress', { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
  ],
});

export default defineConfig(({ isSsrBuild }) => ({
  plugins: [tailwindcss(), remix(config), isSsrBuild ? null : compressedAssets],
  resolve: { alias: { '~': app } },
}));
