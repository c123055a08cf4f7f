/** The limits of the version in force, read once per version, and decisions that are made by them or not at all. */
import type { ActivityDependencies } from './dependencies';
import { retryLater } from './failure';
import type { Violation } from '../src/domain/order-request';
import { createLimitResolver } from '../src/domain/risk/limit-document';
import type { LimitResolver } from '../src/domain/risk/limit-document';
import { violation } from '../src/domain/violations';
import type { LimitsStore } from '../src/ports/limits';
import type { StoredDecision } from '../src/ports/stores';
import { readLimitText } from '../src/risk-limits';

/** How often one decision is begun anew; each time somebody has changed the limits in between. */
const ATTEMPTS_MAX = 5;

/** The limits of one version, ready to be asked. */
export interface KnownLimits {
  /** 0 before the first version. */
  readonly version: number;
  /** Undefined where only the accounts' own limits are set. */
  readonly riskLimits?: LimitResolver | undefined;
  /** What becomes of every order when the document cannot be read. */
  readonly denial?: { readonly kind: 'denied'; readonly reasons: readonly Violation[] };
}

/** Keeps the newest version that this process has seen; which one counts, a decision reads in its own transaction. */
export class LimitsInForce {
  private known: KnownLimits | undefined;

  constructor(
    private readonly store: Pick<LimitsStore, 'version' | 'stored'>,
    private readonly log: ActivityDependencies['log'],
  ) {}

  /** The newest version that is known here; the one in force when none is yet. */
  async newest(): Promise<KnownLimits> {
    return this.known ?? this.at(await this.store.version());
  }

  /** A version by its number; it never changes, so that it is read once. */
  async at(version: number): Promise<KnownLimits> {
    if (this.known?.version === version) return this.known;
    const limits = version === 0 ? { version } : await this.load(version);
    this.known = limits;
    return limits;
  }

  private async load(version: number): Promise<KnownLimits> {
    const stored = await this.store.stored(version);
    const { document, problems } = readLimitText(stored?.document ?? '');
    if (document === undefined) {
      this.log.error(
        { alert: true, code: 'LIMITS_UNREADABLE', version, problems },
        'no order passes: put usable limits in force',
      );
      return { version, denial: unreadable(version, problems) };
    }
    this.log.info({ version, name: document.version }, 'limits are in force');
    return { version, riskLimits: createLimitResolver(document) };
  }
}

/**
 * Makes a decision by the limits in force. `decide` gets the newest version that is known; when its transaction finds
 * another one in force, it has decided nothing and is asked again with that one.
 */
export async function decideByLimitsInForce(
  { limitsInForce }: Pick<ActivityDependencies, 'limitsInForce'>,
  decide: (limits: KnownLimits) => Promise<StoredDecision>,
): Promise<Exclude<StoredDecision, { kind: 'limitsChanged' }>> {
  let limits = await limitsInForce.newest();
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const decision = await decide(limits);
    if (decision.kind !== 'limitsChanged') return decision;
    limits = await limitsInForce.at(decision.version);
  }
  throw retryLater('STORE_UNAVAILABLE', 'the limits change faster than an order is judged');
}

function unreadable(version: number, problems: readonly string[]) {
  const rule = `The limits in force must be readable: ${problems[0] ?? ''}`;
  return { kind: 'denied', reasons: [violation('LIMITS_UNREADABLE', 'limits', String(version), rule)] } as const;
}
