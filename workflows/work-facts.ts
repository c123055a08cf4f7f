import type { Work, WorkFacts } from '../src/domain/order-work';
import type { OrderDesk } from './order-desk';

/** What decides, beside the order itself, what it wants next. */
export function workFacts(desk: OrderDesk, inFlight: ReadonlySet<Work>, settleAtWallMs: number | undefined): WorkFacts {
  const { expiresAtMs, sessions } = desk.market;
  const { notBefore, cancelDelivered, cancelWaitsForSubmission, askFromMs } = desk.progress;
  const { marketMs, wallMs } = desk;
  return {
    ...{ inFlight, notBefore, cancelDelivered, cancelWaitsForSubmission, askFromMs, wallMs },
    sessionsAhead: sessions.length === 0 ? Infinity : sessions.filter(({ closeMs }) => closeMs > marketMs).length,
    ...(expiresAtMs === undefined ? {} : { expiresAtWallMs: desk.wallTimeOf(expiresAtMs) }),
    ...(settleAtWallMs === undefined ? {} : { settleAtWallMs }),
  };
}
