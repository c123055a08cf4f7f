/** The arguments of `npm run bench -- orders`. */
import { InvalidArgumentError } from 'commander';

export const PROFILES = ['embedded', 'production'] as const;
export type Profile = (typeof PROFILES)[number];

export const CONCURRENCIES = [1, 10, 50, 200] as const;
const SHORT_CONCURRENCIES = [1, 50] as const;
/** More orders at once than this measure the queue of the client. */
const CONCURRENCY_MAX = 1_000;

export const SECTIONS = ['cells', 'recovery', 'memory'] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface OrdersOptions {
  readonly short: boolean;
  readonly json?: string;
  readonly profile?: readonly Profile[];
  readonly concurrency?: readonly number[];
  readonly only?: readonly SectionName[];
  readonly state?: string;
}
export interface OrdersPlan {
  readonly profiles: readonly Profile[];
  readonly concurrencies: readonly number[];
  readonly sections: readonly SectionName[];
}

/** What a run measures; what is asked for goes before what `--short` means. */
export function planOf({ short, profile, concurrency, only }: OrdersOptions): OrdersPlan {
  return {
    profiles: profile ?? (short ? ['embedded'] : PROFILES),
    concurrencies: concurrency ?? (short ? SHORT_CONCURRENCIES : CONCURRENCIES),
    sections: only ?? SECTIONS,
  };
}

export function readProfile(text: string): readonly Profile[] {
  if (text === 'both') return PROFILES;
  const found = PROFILES.find((profile) => profile === text);
  if (found === undefined) throw new InvalidArgumentError(`${text}: must be ${PROFILES.join(', ')} or both.`);
  return [found];
}

export function readConcurrencies(text: string): readonly number[] {
  const parts = text.split(',').map((part) => part.trim());
  const wrong = parts.filter((part) => !/^[1-9]\d*$/.test(part) || Number(part) > CONCURRENCY_MAX);
  if (wrong.length > 0)
    throw new InvalidArgumentError(
      `${wrong.join(', ')}: must be whole numbers from 1 to ${String(CONCURRENCY_MAX)}, with commas between, such as ${CONCURRENCIES.join(',')}.`,
    );
  return [...new Set(parts.map(Number))];
}

export function readSections(text: string): readonly SectionName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !SECTIONS.some((section) => section === name));
  if (unknown.length > 0) throw new InvalidArgumentError(`${unknown.join(', ')}: must be of ${SECTIONS.join(', ')}.`);
  return SECTIONS.filter((section) => names.includes(section));
}
