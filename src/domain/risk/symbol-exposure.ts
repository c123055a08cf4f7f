import { exposureCheck } from './exposure-check';

/** The money at stake in one symbol stays within its limit. */
export const symbolExposure = exposureCheck({
  code: 'SYMBOL_EXPOSURE',
  limit: 'maxSymbolExposure',
  sentence: 'With this and every open order filled, the exposure in the symbol stays within its limit.',
  field: 'symbol',
  shownOf: ({ symbol }) => symbol,
  over: 'symbol',
});
