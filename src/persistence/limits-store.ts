import type { DecideLimits, LimitProposal, LimitVersion } from '../contracts/limits';
import type { CheckedProposal, LimitsStore, ProposalOutcome, StoredLimits } from '../ports/limits';
import { canonicalJson } from './canonical-json';
import { repeatOnConflict } from './driver';
import type { Driver, Row } from './driver';

/** Versions of the limits and their proposals on PostgreSQL or PGlite. */
export class SqlLimits implements LimitsStore {
  constructor(private readonly driver: Driver) {}

  async propose({ document, ...proposal }: CheckedProposal): Promise<ProposalOutcome> {
    const argument = { ...proposal, name: document.version, document: canonicalJson(document) };
    return outcomeOf(await this.call<Answer>('oms_propose_limits', argument), proposal.proposalId);
  }

  async decide(command: DecideLimits): Promise<ProposalOutcome> {
    return outcomeOf(await this.call<Answer>('oms_decide_limits', command), command.proposalId);
  }

  async expire(): Promise<{ readonly ended: readonly LimitProposal[]; readonly nextInMs?: number }> {
    const { ended, nextInMs } = await this.call<{ ended: readonly LimitProposal[]; nextInMs: number | null }>(
      'oms_expire_limits',
      {},
    );
    return { ended, ...(nextInMs === null ? {} : { nextInMs }) };
  }

  async version(): Promise<number> {
    const rows = await this.driver.query('SELECT oms_limits_version() AS version');
    return Number(rows[0]?.['version'] ?? 0);
  }

  async stored(version: number): Promise<StoredLimits | undefined> {
    const rows = await this.driver.query('SELECT * FROM limit_versions WHERE version = $1', [version]);
    return rows.map((row) => ({ ...versionOf(row), document: String(row['document']) }))[0];
  }

  async versions(most: number): Promise<readonly LimitVersion[]> {
    return (await this.driver.query('SELECT * FROM limit_versions ORDER BY version DESC LIMIT $1', [most])).map(
      versionOf,
    );
  }

  async proposals(most: number): Promise<readonly (LimitProposal & { readonly document: string })[]> {
    const rows = await this.driver.query<{ proposal: string; document: string }>(
      `SELECT oms_limit_proposal(proposal_id)::text AS proposal, document FROM limit_proposals
       ORDER BY status = 'WAITING' DESC, at_ms DESC, proposal_id LIMIT $1`,
      [most],
    );
    return rows.map(({ proposal, document }) => ({ ...(JSON.parse(proposal) as LimitProposal), document }));
  }

  private call<T>(name: string, argument: object): Promise<T> {
    return repeatOnConflict(() => this.driver.call<T>(name, argument));
  }
}

interface Answer {
  readonly refused?: 'ID_USED' | 'BASE' | 'NAME' | 'UNKNOWN' | 'DECIDED' | 'OWN' | 'NOT_OWN';
  readonly proposal?: LimitProposal;
  /** The version that stands in the way. */
  readonly version?: number;
  readonly isNew?: boolean;
}

function outcomeOf({ refused, proposal, version, isNew = false }: Answer, id: string): ProposalOutcome {
  if (refused === undefined && proposal !== undefined) return { kind: 'taken', proposal, isNew };
  const problem = problemOf(refused, proposal, String(version), id);
  return { kind: 'refused', problem, ...(isNew && proposal !== undefined ? { ended: proposal } : {}) };
}

function problemOf(
  refused: Answer['refused'],
  proposal: LimitProposal | undefined,
  version: string,
  id: string,
): string {
  switch (refused) {
    case 'ID_USED':
      return `proposalId = ${id}: is the id of another proposal; give yours a new one`;
    case 'BASE':
      return `baseVersion: version ${version} is in force; read it, put your change into it and propose that`;
    case 'NAME':
      return `document.version: is the name of version ${version} already; give each document a name of its own`;
    case 'OWN':
      return `actor: ${proposal?.actor ?? ''} has proposed it; a second person approves or rejects, its author withdraws`;
    case 'NOT_OWN':
      return `actor: only ${proposal?.actor ?? ''}, who proposed it, may withdraw it; others reject`;
    case 'DECIDED':
      return `proposalId = ${id}: is ${becameOf(proposal)} already`;
    case 'UNKNOWN':
    case undefined:
      return `proposalId = ${id}: is no proposal`;
  }
}

const becameOf = (proposal: LimitProposal | undefined): string =>
  `${proposal?.status ?? ''}${proposal?.decidedBy === undefined ? '' : ` by ${proposal.decidedBy}`}`;

function versionOf(row: Row): LimitVersion {
  const approvedBy = row['approved_by'] as string | null;
  return {
    version: Number(row['version']),
    name: String(row['name']),
    loosens: row['loosens'] === true,
    proposalId: String(row['proposal_id']),
    actor: String(row['actor']),
    ...(approvedBy === null ? {} : { approvedBy }),
    reason: String(row['reason']),
    atMs: Number(row['at_ms']),
  };
}
