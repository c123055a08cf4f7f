import { violation } from '../violations';
import type { RiskCheck } from './risk-context';

/** Orders on the watch list pass: it is there to look at them, and a denial would tell the trader of the list. */
export const watched: RiskCheck = {
  code: 'WATCHED',
  sentence: 'Orders in symbols on the watch list pass and are reported.',
  limits: ['watched'],
  check: () => [],
  notes: ({ request, limits }) => {
    const limit = limits?.watched;
    if (limit === undefined || !limit.value) return [];
    const rule = `${request.side} ${request.quantity} by strategy ${request.strategy}; watched by ${limit.scope}.`;
    return [violation('WATCHED', 'symbol', request.symbol, rule)];
  },
};
