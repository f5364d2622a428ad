import { counter } from '@switchyard/telemetry';

/** Why a request is not let in. */
export type RefusalReason = 'no_token' | 'wrong_token' | 'rate_limited' | 'scope' | 'csrf';

export const adminRefusals = counter({
  name: 'switchyard_admin_refusals_total',
  help: 'Admin requests that were not let in, by reason.',
  labels: ['reason'],
});

export const adminSignIns = counter({
  name: 'switchyard_admin_sign_ins_total',
  help: 'Sign-ins to the admin pages, by way (token, oidc) and result (ok, refused, rate_limited, failed).',
  labels: ['way', 'result'],
});
