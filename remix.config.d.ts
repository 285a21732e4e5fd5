import type { VitePluginConfig } from '@remix-run/dev';

declare const config: VitePluginConfig;
export default config;

/** Tells the types of loaders and actions what `remix.config.js` tells the framework. */
declare module '@remix-run/node' {
  interface Future {
    v3_singleFetch: true;
  }
}
