import { expiryViolations } from '../request-validation';
import { violation } from '../violations';
import type { RiskCheck } from './risk-context';

/** The order can live: it does not end before the present, nor before the market opens. */
export const sessionOpen: RiskCheck = {
  code: 'MARKET_CLOSED',
  sentence: 'The order can live: it ends neither before the present nor before the market opens.',
  check: ({ request, instrument, session, marketTimeMs }) => {
    const { timeInForce, expireAtMs } = request;
    // No session means a market that never closes.
    if (timeInForce === 'AT_THE_OPEN' && session === undefined && instrument !== undefined) {
      const rule = `${instrument.symbol} trades around the clock: every other time in force.`;
      return [violation('NO_OPENING', 'timeInForce', timeInForce, rule)];
    }
    const expired = expiryViolations(request, marketTimeMs);
    // While the market is open an order for the opening passes: only the venue knows whether that has taken place. Before,
    // all but IOC and FOK wait at the venue for the next open.
    if (expired.length > 0 || session === undefined || session.openMs <= marketTimeMs) return expired;
    const opens = `The market opens at ${String(session.openMs)}.`;
    if (timeInForce === 'IOC' || timeInForce === 'FOK') {
      const rule = `${opens} Orders of every other time in force can wait for it.`;
      return [violation('MARKET_CLOSED', 'timeInForce', timeInForce, rule)];
    }
    return expireAtMs === undefined || expireAtMs > session.openMs
      ? []
      : [violation('MARKET_CLOSED', 'expireAtMs', expireAtMs, `${opens} The order would end before it.`)];
  },
};
