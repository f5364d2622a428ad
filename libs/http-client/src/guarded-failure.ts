import type { GuardedFailureReason } from './guarded-exchange';

const REFUSED: ReadonlySet<string> = new Set(['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL']);
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|EPROTO$)/;

/** Sorts an error of Node's HTTP client by its code, never by its text. */
export function guardedFailureReason(error: Error, wasConnected: boolean): GuardedFailureReason {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (TLS.test(code)) return 'tls';
  if (REFUSED.has(code)) return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout_connect';
  if (code.startsWith('HPE_') || code.startsWith('ERR_INVALID') || code.startsWith('ERR_UNESCAPED')) return 'protocol';
  return wasConnected ? 'reset' : 'refused';
}
