import { setTimeout as delay } from 'node:timers/promises';
import type { AskedVenue, OrderAtAnswer, VenueReply } from './asked-venue';

/** One answer of the venue: what was asked, what the specification prints, what came. */
interface Answer {
  readonly asked: string;
  readonly expected: string;
  readonly seen: string;
}

/** How long the acknowledgement of G.1.c takes, so that a status request comes before it. */
const ACKNOWLEDGED_AFTER_MS = 1_000;

/** What did not hold of the scenarios that are the venue's own answers; nothing of the others. */
export async function problemsOfAnswers(venue: AskedVenue, id: string): Promise<readonly string[]> {
  const ask = ANSWERS[id];
  if (ask === undefined) return [];
  await venue.quote();
  const answers = await ask(venue);
  return answers
    .filter(({ expected, seen }) => expected !== seen)
    .map(({ asked, expected, seen }) => `the simulated venue, ${asked}: expected ${expected}, answered ${seen}`);
}

const ANSWERS: Readonly<Record<string, (venue: AskedVenue) => Promise<readonly Answer[]>>> = {
  'B.1.f': async (venue) => {
    const refused = await venue.cancel('B.1.f');
    const accepted = await venue.submit('B.1.f');
    await venue.cancel('B.1.f');
    return [
      answer('cancel of an unknown order', 'UNKNOWN_ORDER', refused.reason ?? 'no reason'),
      answer('the order under that id, which is not used up', 'ORDER_STATUS/NEW 0/10000', line(accepted.order)),
    ];
  },
  'F.1.a': async (venue) => {
    await venue.submit('F.1.a');
    await venue.sell(1_000);
    const second = await venue.submit('F.1.a', { quantity: '15000' });
    await venue.cancel('F.1.a');
    return [
      answer('the id again, for 15000', 'REJECTED/PARTIALLY_FILLED 1000/9000', line(second.order)),
      answer('its reason', 'DUPLICATE_ORDER', second.reason ?? 'no reason'),
    ];
  },
  'F.1.b': async (venue) => {
    await venue.submit('F.1.b');
    const resent = await venue.submit('F.1.b', { possibleResend: true });
    const twice = await venue.submit('F.1.b', { quantity: '20000' });
    const unseen = await venue.submit('F.1.b.Y', { quantity: '15000', possibleResend: true });
    await Promise.all([venue.cancel('F.1.b'), venue.cancel('F.1.b.Y')]);
    return [
      answer('a possible resend of a known order', 'ORDER_STATUS/NEW 0/10000', line(resent.order)),
      answer('the same id and no resend', 'REJECTED/NEW 0/10000', line(twice.order)),
      answer('a possible resend not seen before', 'ORDER_STATUS/NEW 0/15000', line(unseen.order)),
    ];
  },
  'F.1.c': async (venue) => {
    await venue.telephone('F.1.c');
    const electronic = await venue.submit('F.1.c');
    await venue.cancel('F.1.c');
    return [
      answer('the electronic form of a telephoned order', 'REJECTED/REJECTED 0/0', line(electronic.order)),
      answer('its reason', 'DUPLICATE_VERBAL', electronic.reason ?? 'no reason'),
    ];
  },
  'G.1.a': async (venue) => {
    const unknown = await venue.status('G.1.a');
    return [
      answer('status of an unknown order', 'ORDER_STATUS/REJECTED 0/0', line(unknown)),
      answer('its reason', 'UNKNOWN_ORDER', unknown?.reason ?? 'no reason'),
    ];
  },
  'G.1.b': async (venue) => {
    await venue.submit('G.1.b');
    const status = await venue.status('G.1.b');
    await venue.cancel('G.1.b');
    return [
      answer('status of an order that nothing happened to', 'ORDER_STATUS/NEW 0/10000', line(status)),
      answer('its text', 'nothing done', status?.text?.toLowerCase() ?? 'no text'),
    ];
  },
  'G.1.c': statusThroughLife,
  'L.1.b': async (venue) => {
    const accepted = await venue.submit('L.1.b', { cashQuantity: '10000' });
    await venue.sell(200);
    const part = await venue.status('L.1.b');
    await venue.sell(300);
    return [
      answer('an order for 10000 at 20', 'ORDER_STATUS/NEW 0/500', line(accepted.order)),
      answer('after 200', 'ORDER_STATUS/PARTIALLY_FILLED 200/300', line(part)),
      answer('after 300 more', 'ORDER_STATUS/FILLED 500/0', line(await venue.status('L.1.b'))),
    ];
  },
};

/** The venue replaces working orders only: 12000 is asked for before the fill of 10000, with the same end. */
async function statusThroughLife(venue: AskedVenue): Promise<readonly Answer[]> {
  const id = 'G.1.c';
  const answers: Answer[] = [];
  const look = async (asked: string, expected: string, of = id): Promise<void> => {
    answers.push(answer(asked, expected, line(await venue.status(of))));
  };
  await venue.delayReply(ACKNOWLEDGED_AFTER_MS);
  const acknowledged: Promise<VenueReply> = venue.submit(id);
  // Until the order has arrived it is unknown.
  for (let tries = 0; tries < 20 && (await venue.status(id))?.ordStatus === 'REJECTED'; tries += 1) await delay(20);
  await look('before the acknowledgement', 'ORDER_STATUS/PENDING_NEW 0/10000');
  await acknowledged;
  await look('acknowledged', 'ORDER_STATUS/NEW 0/10000');
  await venue.sell(2_000);
  await look('after 2000', 'ORDER_STATUS/PARTIALLY_FILLED 2000/8000');
  await venue.replace(id, 'G.1.c.Y', 12_000);
  await venue.sell(8_000);
  await look('replaced to 12000, after 10000', 'ORDER_STATUS/PARTIALLY_FILLED 10000/2000');
  const { clientOrderId, origClientOrderId } = (await venue.status(id)) ?? {};
  answers.push(answer('the ids of that answer', 'G.1.c.Y,G.1.c', `${clientOrderId ?? ''},${origClientOrderId ?? ''}`));
  await venue.sell(2_000);
  await look('after 12000', 'ORDER_STATUS/FILLED 12000/0', 'G.1.c.Y');
  return answers;
}

const answer = (asked: string, expected: string, seen: string): Answer => ({ asked, expected, seen });
const line = (order: OrderAtAnswer | undefined): string =>
  order === undefined ? 'nothing' : `${order.execType}/${order.ordStatus} ${order.cumQuantity}/${order.leavesQuantity}`;
