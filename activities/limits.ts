/** Carries out what people ask of the limits: judges a proposal by what is in force, stores, and tells who did what. */
import type { ActivityDependencies } from './dependencies';
import type {
  DecideLimits,
  LimitProposal,
  LimitsAnswer,
  LimitsView,
  ProposeLimits,
  ReadLimits,
} from '../src/contracts/limits';
import { compareLimits } from '../src/domain/risk/limit-change';
import type { LimitChange } from '../src/domain/risk/limit-change';
import { scopeInWords } from '../src/domain/risk/limit-document';
import type { LimitDocument } from '../src/domain/risk/limit-document';
import type { ProposalOutcome } from '../src/ports/limits';
import { readLimitDocument, readLimitText } from '../src/risk-limits';
import type { KnownNames } from '../src/risk-limits';

/** What a view has at most; the tables have all. */
const VERSIONS_SHOWN = 100;
const PROPOSALS_SHOWN = 50;
/** Changes that an alert names. */
const CHANGES_TOLD = 10;

type Dependencies = Pick<
  ActivityDependencies,
  'limits' | 'limitsInForce' | 'orders' | 'instruments' | 'venueProfiles' | 'log'
>;

/** Checks a proposed document against what this system knows, and puts it in force or lets it wait. */
export async function proposeLimits(deps: Dependencies, command: ProposeLimits): Promise<LimitsAnswer> {
  const { document, problems } = readLimitDocument(command.document, await knownNames(deps), 'document');
  if (problems.length > 0) return { kind: 'refused', problems };
  const base = await documentOf(deps, command.baseVersion);
  // What it was made from cannot be read: nobody can say that it loosens nothing.
  const { changes, loosens } = base === null ? { changes: [], loosens: true } : compareLimits(base, document);
  if (base !== undefined && base !== null && changes.length === 0) {
    return { kind: 'refused', problems: [`document: changes nothing of version ${String(command.baseVersion)}`] };
  }
  return answered(deps, await deps.limits.propose({ ...command, document, loosens }), changes);
}

/** Ends a proposal that waits. */
export async function decideLimits(deps: Dependencies, command: DecideLimits): Promise<LimitsAnswer> {
  const waiting = (await deps.limits.proposals(PROPOSALS_SHOWN)).find(
    ({ proposalId }) => proposalId === command.proposalId,
  );
  const changes = waiting === undefined ? [] : await changesOf(deps, waiting);
  return answered(deps, await deps.limits.decide(command), changes);
}

/** Ends what has waited too long, and says when the next one ends. */
export async function expireLimits(deps: Dependencies): Promise<{ readonly nextInMs?: number }> {
  const { ended, ...next } = await deps.limits.expire();
  for (const proposal of ended) tell(deps, proposal, []);
  return next;
}

/** The limits as they are. */
export async function readLimits(deps: Dependencies, { version }: ReadLimits): Promise<LimitsView> {
  const { limits } = deps;
  const current = await limits.stored(await limits.version());
  const document = await documentOf(deps, current?.version ?? 0);
  const proposals: LimitsView['proposals'][number][] = [];
  for (const { document: text, ...proposal } of await limits.proposals(PROPOSALS_SHOWN)) {
    const isWaiting = proposal.status === 'WAITING';
    proposals.push(
      isWaiting ? { ...proposal, changes: await changesOf(deps, { ...proposal, document: text }) } : proposal,
    );
  }
  return {
    ...(current === undefined || document === undefined || document === null
      ? {}
      : { current: { ...current, document } }),
    versions: await limits.versions(VERSIONS_SHOWN),
    proposals,
    ...(version === undefined ? {} : { document: (await documentOf(deps, version)) ?? null }),
  };
}

/** The document of a version; undefined before the first and of one that is not there, null when it cannot be read. */
async function documentOf(
  { limits }: Pick<Dependencies, 'limits'>,
  version: number,
): Promise<LimitDocument | null | undefined> {
  const stored = await limits.stored(version);
  return stored === undefined ? undefined : (readLimitText(stored.document).document ?? null);
}

async function changesOf(
  deps: Dependencies,
  { baseVersion, document }: Pick<LimitProposal, 'baseVersion'> & { readonly document: string },
): Promise<readonly LimitChange[]> {
  const base = await documentOf(deps, baseVersion);
  const { document: wanted } = readLimitText(document);
  return base === null || wanted === undefined ? [] : compareLimits(base, wanted).changes;
}

function answered(deps: Dependencies, outcome: ProposalOutcome, changes: readonly LimitChange[]): LimitsAnswer {
  if (outcome.kind === 'refused') {
    if (outcome.ended !== undefined) tell(deps, outcome.ended, []);
    return { kind: 'refused', problems: [outcome.problem] };
  }
  if (outcome.isNew) tell(deps, outcome.proposal, changes);
  return { kind: 'taken', proposal: outcome.proposal, changes };
}

const CODES: Readonly<Record<LimitProposal['status'], string>> = {
  WAITING: 'LIMITS_PROPOSED',
  IN_FORCE: 'LIMITS_CHANGED',
  REJECTED: 'LIMITS_PROPOSAL_ENDED',
  WITHDRAWN: 'LIMITS_PROPOSAL_ENDED',
  EXPIRED: 'LIMITS_PROPOSAL_ENDED',
  SUPERSEDED: 'LIMITS_PROPOSAL_ENDED',
};

function tell({ log }: Dependencies, proposal: LimitProposal, changes: readonly LimitChange[]): void {
  const { proposalId, name, actor, reason, status, version, decidedBy } = proposal;
  const told = changes
    .slice(0, CHANGES_TOLD)
    .map(
      (change) =>
        `${scopeInWords(change.scope)} ${change.limit} ${shownValue(change.before)} -> ${shownValue(change.after)}`,
    );
  const line = { alert: true, code: CODES[status], proposalId, name, actor, reason, version, decidedBy, changes: told };
  log.warn(line, `limits ${name} by ${actor}: ${status}`);
}
const shownValue = (value: LimitChange['before']): string => (value === undefined ? 'not set' : String(value));

async function knownNames({ orders, instruments, venueProfiles }: Dependencies): Promise<KnownNames> {
  const accounts = (await orders.accounts()).map(({ account }) => account);
  return { accounts, symbols: [...instruments.keys()], venues: [...venueProfiles.keys()] };
}
