import { exposureCheck } from './exposure-check';

/** The money at stake in the account stays within its limit. */
export const accountExposureLimit = exposureCheck({
  code: 'ACCOUNT_EXPOSURE',
  limit: 'maxAccountExposure',
  sentence: 'With this and every open order filled, the gross exposure of the account stays within its limit.',
  field: 'account',
  shownOf: (_instrument, { request }) => request.account,
  over: 'account',
});
