import { vitePlugin as remix } from '@remix-run/dev';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import config from './remix.config.js';

const app = new URL('app', import.meta.url).pathname;
export default defineConfig({ plugins: [tailwindcss(), remix(config)], resolve: { alias: { '~': app } } });
