/**
 * Arithmetic on decimals of at most 15 digits as whole numbers of their last place, which a double holds exactly.
 *
 * Most prices and quantities are that short, and reading them into decimal.js costs ten times the sum itself. Every
 * function answers undefined where the result could be inexact or the text is anything but digits, a sign and a point:
 * the caller then takes the long way, so that both ways have one result.
 */

/** Any 15 digits are below 2^53. */
const MOST_DIGITS = 15;
const LONGEST = MOST_DIGITS + '-.'.length;
const POWERS_OF_TEN = Array.from({ length: MOST_DIGITS + 1 }, (_none, exponent) => 10 ** exponent);

const ZERO_CODE = 48;
const NINE_CODE = 57;
const POINT_CODE = 46;
const MINUS_CODE = 45;

// Decimals of the text that `unitsOf` read last: a pair for each reading would cost more than the reading.
let placesRead = 0;

/** The text as a count of its last decimal place, or NaN when it is not a short plain decimal. */
function unitsOf(text: string): number {
  const { length } = text;
  if (length > LONGEST) return Number.NaN;
  const isNegative = length > 0 && text.charCodeAt(0) === MINUS_CODE;
  let units = 0;
  let digits = 0;
  let places = -1;
  for (let index = isNegative ? 1 : 0; index < length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO_CODE && code <= NINE_CODE) {
      units = units * 10 + (code - ZERO_CODE);
      digits += 1;
      if (places >= 0) places += 1;
    } else if (code === POINT_CODE && places < 0 && digits > 0) {
      places = 0;
    } else {
      return Number.NaN;
    }
  }
  if (digits === 0 || digits > MOST_DIGITS || places === 0) return Number.NaN;
  placesRead = places < 0 ? 0 : places;
  return isNegative ? -units : units;
}

/** Says whether a result is exact; NaN is not. */
const isExact = (units: number): boolean => Math.abs(units) <= Number.MAX_SAFE_INTEGER;

function textOf(units: number, places: number): string {
  if (units === 0) return '0';
  let left = units;
  let decimals = places;
  while (decimals > 0 && left % 10 === 0) {
    left /= 10;
    decimals -= 1;
  }
  if (decimals === 0) return String(left);
  const digits = String(Math.abs(left)).padStart(decimals + 1, '0');
  const point = digits.length - decimals;
  return `${left < 0 ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`;
}

// Both operands of the last `align`, as counts of the same place.
let left = 0;
let right = 0;
let places = 0;

/** Reads both texts into `left`, `right` and `places`; false when one is not short or does not fit the common place. */
function align(a: string, b: string): boolean {
  left = unitsOf(a);
  const leftPlaces = placesRead;
  right = unitsOf(b);
  // Of what cannot be read the places are those of an earlier text: the check below refuses it all the same.
  places = Math.max(leftPlaces, placesRead);
  left *= POWERS_OF_TEN[places - leftPlaces] ?? Number.NaN;
  right *= POWERS_OF_TEN[places - placesRead] ?? Number.NaN;
  return isExact(left) && isExact(right);
}

export function addShort(a: string, b: string): string | undefined {
  if (!align(a, b)) return undefined;
  const units = left + right;
  return isExact(units) ? textOf(units, places) : undefined;
}

export function subtractShort(a: string, b: string): string | undefined {
  if (!align(a, b)) return undefined;
  const units = left - right;
  return isExact(units) ? textOf(units, places) : undefined;
}

export function multiplyShort(a: string, b: string): string | undefined {
  const leftUnits = unitsOf(a);
  const leftPlaces = placesRead;
  const units = leftUnits * unitsOf(b);
  return isExact(units) ? textOf(units, leftPlaces + placesRead) : undefined;
}

/** The sum of all: one text is made at the end instead of one for each addition. */
export function sumShort(texts: readonly string[]): string | undefined {
  let total = 0;
  let totalPlaces = 0;
  for (const one of texts) {
    let units = unitsOf(one);
    if (placesRead > totalPlaces) {
      total *= POWERS_OF_TEN[placesRead - totalPlaces] ?? Number.NaN;
      totalPlaces = placesRead;
    } else {
      units *= POWERS_OF_TEN[totalPlaces - placesRead] ?? Number.NaN;
    }
    // Each part is looked at: two inexact ones could add up to something small.
    if (!isExact(units) || !isExact(total)) return undefined;
    total += units;
  }
  return isExact(total) ? textOf(total, totalPlaces) : undefined;
}

/** The product of both, rounded up (towards plus infinity) to at most `decimals` places. */
export function multiplyUpShort(a: string, b: string, decimals: number): string | undefined {
  const leftUnits = unitsOf(a);
  const leftPlaces = placesRead;
  const rightUnits = unitsOf(b);
  const excess = leftPlaces + placesRead - decimals;
  const units = multiplyUp(leftUnits, rightUnits, excess);
  return isExact(units) ? textOf(units, decimals + Math.min(excess, 0)) : undefined;
}

/**
 * The product of two counts without its last `excess` places, rounded up; NaN where that cannot be told.
 *
 * What is divided away is divided before it is multiplied, so that a product may be longer than a double holds.
 */
function multiplyUp(a: number, b: number, excess: number): number {
  if (excess <= 0) return a * b;
  const step = POWERS_OF_TEN[excess];
  if (step === undefined) return Number.NaN;
  const rest = a % step;
  const whole = ((a - rest) / step) * b;
  const part = rest * b;
  if (!isExact(whole) || !isExact(part)) return Number.NaN;
  const left = part % step;
  return whole + (part - left) / step + (left > 0 ? 1 : 0);
}

export function compareShort(a: string, b: string): -1 | 0 | 1 | undefined {
  if (!align(a, b)) return undefined;
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** The sign of a decimal. */
export function signShort(a: string): -1 | 0 | 1 | undefined {
  const units = unitsOf(a);
  if (units === 0) return 0;
  if (units > 0) return 1;
  return units < 0 ? -1 : undefined;
}

/** The decimal in its shortest spelling. */
export function spellShort(a: string): string | undefined {
  const units = unitsOf(a);
  return isExact(units) ? textOf(units, placesRead) : undefined;
}

export function negateShort(a: string): string | undefined {
  const units = unitsOf(a);
  return isExact(units) ? textOf(-units, placesRead) : undefined;
}

/** Says whether `a` is a whole multiple of `step`, which must be above zero. */
export function isMultipleShort(a: string, step: string): boolean | undefined {
  return align(a, step) && right > 0 ? left % right === 0 : undefined;
}

/** The nearest multiple of `step`, which must be above zero, at or below `a`. */
export function roundDownShort(a: string, step: string): string | undefined {
  if (!align(a, step) || right <= 0) return undefined;
  const rest = left % right;
  const units = left - rest - (rest < 0 ? right : 0);
  return isExact(units) ? textOf(units, places) : undefined;
}

/** The nearest multiple of `step`, which must be above zero, at or above `a`. */
export function roundUpShort(a: string, step: string): string | undefined {
  if (!align(a, step) || right <= 0) return undefined;
  const rest = left % right;
  const units = left - rest + (rest > 0 ? right : 0);
  return isExact(units) ? textOf(units, places) : undefined;
}

/** A short decimal in memory: a whole number of units of its last place. */
export class ShortDecimal {
  constructor(
    readonly units: number,
    readonly places: number,
  ) {}
}

const made = (units: number, decimalPlaces: number): ShortDecimal | undefined =>
  isExact(units) ? new ShortDecimal(units, decimalPlaces) : undefined;

export function readShort(text: string): ShortDecimal | undefined {
  const units = unitsOf(text);
  return made(units, placesRead);
}

export const spellUnits = ({ units, places: decimalPlaces }: ShortDecimal): string => textOf(units, decimalPlaces);

/** Brings both to the place of the finer one, in `left`, `right` and `places`. */
function alignUnits(a: ShortDecimal, b: ShortDecimal): boolean {
  left = a.units;
  right = b.units;
  places = a.places;
  if (a.places === b.places) return true;
  if (a.places < b.places) {
    places = b.places;
    left *= POWERS_OF_TEN[b.places - a.places] ?? Number.NaN;
    return isExact(left);
  }
  right *= POWERS_OF_TEN[a.places - b.places] ?? Number.NaN;
  return isExact(right);
}

export const addUnits = (a: ShortDecimal, b: ShortDecimal): ShortDecimal | undefined =>
  alignUnits(a, b) ? made(left + right, places) : undefined;
export const subtractUnits = (a: ShortDecimal, b: ShortDecimal): ShortDecimal | undefined =>
  alignUnits(a, b) ? made(left - right, places) : undefined;
export const multiplyUnits = (a: ShortDecimal, b: ShortDecimal): ShortDecimal | undefined =>
  made(a.units * b.units, a.places + b.places);
export function multiplyUnitsUp(a: ShortDecimal, b: ShortDecimal, decimals: number): ShortDecimal | undefined {
  const excess = a.places + b.places - decimals;
  return made(multiplyUp(a.units, b.units, excess), decimals + Math.min(excess, 0));
}
/** The finer one is cut to the place of the coarser one and its rest looked at: nothing grows, so that all compare. */
export function compareUnits(a: ShortDecimal, b: ShortDecimal): -1 | 0 | 1 | undefined {
  if (a.places === b.places) return orderOf(a.units, b.units);
  if (a.places > b.places) {
    const order = compareUnits(b, a);
    return order && orderOf(0, order);
  }
  const step = POWERS_OF_TEN[b.places - a.places];
  if (step === undefined) return undefined;
  const rest = b.units % step;
  const order = orderOf(a.units, (b.units - rest) / step);
  return order === 0 ? orderOf(0, rest) : order;
}

const orderOf = (a: number, b: number): -1 | 0 | 1 => (a === b ? 0 : a < b ? -1 : 1);
