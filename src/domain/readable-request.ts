import { canonical, isDecimalString, isNegative, ZERO } from './money';
import type { DecimalString } from './money';
import { OrderType, PositionEffect, RoutingPolicy, Side, TimeInForce } from './order-request';
import type { OrderRequest } from './order-request';
import { isPrintable, printable } from './violations';

/** Longest text of a request that is kept when the request is wrong. */
const TEXT_KEPT = 64;

/**
 * The order that a raw input seems to mean, with plain placeholders for what cannot be read: total, so that a workflow
 * started with anything at all can say in its own terms why it denies it. A valid request comes back as it is, with its
 * decimals spelled canonically. The strict checks are those of `checkRequest`.
 */
export function readableRequest(raw: unknown): OrderRequest {
  const fields: Readonly<Record<string, unknown>> = typeof raw === 'object' && raw !== null ? { ...raw } : {};
  const text = (name: string): string => (typeof fields[name] === 'string' ? printable(fields[name], TEXT_KEPT) : '');
  const decimal = (name: string): DecimalString | undefined => readableDecimal(fields[name]);
  const optionalText = (name: 'venue' | 'parent'): object => (text(name) === '' ? {} : { [name]: text(name) });
  const optionalDecimal = (name: 'limitPrice' | 'stopPrice'): object =>
    decimal(name) === undefined ? {} : { [name]: decimal(name) };
  return {
    clientOrderId: text('clientOrderId'),
    account: text('account'),
    strategy: text('strategy'),
    symbol: text('symbol'),
    side: oneOf(Side, fields['side'], Side.BUY),
    type: oneOf(OrderType, fields['type'], OrderType.LIMIT),
    quantity: decimal('quantity') ?? ZERO,
    ...optionalDecimal('limitPrice'),
    ...optionalDecimal('stopPrice'),
    timeInForce: oneOf(TimeInForce, fields['timeInForce'], TimeInForce.DAY),
    ...(Number.isSafeInteger(fields['expireAtMs']) ? { expireAtMs: fields['expireAtMs'] as number } : {}),
    ...(fields['routing'] === undefined
      ? {}
      : { routing: oneOf(RoutingPolicy, fields['routing'], RoutingPolicy.WEIGHTED) }),
    ...optionalText('venue'),
    ...effectOf(fields['positionEffect']),
    ...optionalText('parent'),
    ...readableMetadata(fields['metadata']),
  };
}

function effectOf(value: unknown): Pick<OrderRequest, 'positionEffect'> {
  const positionEffect = Object.values(PositionEffect).find((effect) => effect === value);
  return positionEffect === undefined ? {} : { positionEffect };
}
function readableDecimal(value: unknown): DecimalString | undefined {
  return isDecimalString(value) && !isNegative(value) ? canonical(value) : undefined;
}
function oneOf<T extends string>(set: Readonly<Record<string, T>>, value: unknown, otherwise: T): T {
  return Object.values(set).find((member) => member === value) ?? otherwise;
}
function readableMetadata(value: unknown): { metadata?: Record<string, string> } {
  if (typeof value !== 'object' || value === null) return {};
  const entries = Object.entries(value).filter(
    (entry): entry is [string, string] =>
      typeof entry[1] === 'string' &&
      entry[0].length <= 64 &&
      entry[1].length <= 256 &&
      entry.every((text) => typeof text === 'string' && isPrintable(text)),
  );
  return { metadata: Object.fromEntries(entries.slice(0, 16)) };
}
