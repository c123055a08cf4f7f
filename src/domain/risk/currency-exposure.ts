import { exposureCheck } from './exposure-check';

/** The money at stake in one currency stays within its limit. */
export const currencyExposure = exposureCheck({
  code: 'CURRENCY_EXPOSURE',
  limit: 'maxCurrencyExposure',
  sentence: 'With this and every open order filled, the gross exposure in the currency stays within its limit.',
  field: 'currency',
  shownOf: ({ currency }) => currency,
  over: 'currency',
});
