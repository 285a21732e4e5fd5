import { createContext, useContext } from 'react';

/** CSP nonce of this response. Empty in the browser, which hides nonces from scripts anyway. */
export const NonceContext = createContext('');

/** The CSP nonce that inline scripts of this response must carry. */
export function useNonce(): string {
  return useContext(NonceContext);
}
