import { isPositive, ONE } from '../money';
import type { DecimalString } from '../money';
import type { Violation } from '../order-request';
import { dataMissing } from './configured';
import type { Portfolio } from './risk-data';

/** Units of the base currency for one unit of `currency`; undefined when no usable rate is known: never 0, never 1. */
export function rateOf(
  { baseCurrency, rates }: Pick<Portfolio, 'baseCurrency' | 'rates'>,
  currency: string,
): DecimalString | undefined {
  if (currency === baseCurrency) return ONE;
  const rate = Object.hasOwn(rates, currency) ? rates[currency] : undefined;
  return rate !== undefined && isPositive(rate) ? rate : undefined;
}

/** Denies for a currency that nothing turns into the account's. */
export const noRate = ({ baseCurrency }: Portfolio, currency: string): Violation =>
  dataMissing('portfolio', currency, `A rate into ${baseCurrency}, above 0.`);
