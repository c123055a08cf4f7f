/** Numbers as arguments of a command; what is none is refused with what it must be. */
import { InvalidArgumentError } from 'commander';

export function wholeNumber(text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new InvalidArgumentError('a whole number, not negative.');
  return Number(text);
}

export function wholeNumberAboveZero(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

/** At most 10,000, which is more than any machine keeps up with. */
export function numberAboveZero(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 10_000)) throw new InvalidArgumentError('a number above 0, at most 10000.');
  return value;
}
