import { expiryViolations } from '../request-validation';
import { violation } from '../violations';
import type { RiskCheck } from './risk-context';

/** The order can live: it does not end before the present, nor before the market opens. */
export const sessionOpen: RiskCheck = {
  code: 'MARKET_CLOSED',
  check: ({ request, session, marketTimeMs }) => {
    const expired = expiryViolations(request, marketTimeMs);
    // No session means a market that never closes. DAY, GTC and GTD orders wait at the venue for the next open.
    if (expired.length > 0 || session === undefined || session.openMs <= marketTimeMs) return expired;
    const { timeInForce, expireAtMs } = request;
    const opens = `The market opens at ${String(session.openMs)}.`;
    if (timeInForce === 'IOC' || timeInForce === 'FOK') {
      return [
        violation('MARKET_CLOSED', 'timeInForce', timeInForce, `${opens} DAY, GTC and GTD orders can wait for it.`),
      ];
    }
    return expireAtMs === undefined || expireAtMs > session.openMs
      ? []
      : [violation('MARKET_CLOSED', 'expireAtMs', expireAtMs, `${opens} The order would end before it.`)];
  },
};
