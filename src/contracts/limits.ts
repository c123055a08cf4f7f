/** Payloads of the limits desk: plain JSON that any Temporal client can write and read. Types only. */
import type { LimitChange } from '../domain/risk/limit-change';
import type { LimitDocument } from '../domain/risk/limit-document';

/** Asks for a new limit document. The same proposal id is the same proposal, however often it is sent. */
export interface ProposeLimits {
  readonly proposalId: string;
  /** The version that it was made from, 0 before the first; refused when another one is in force. */
  readonly baseVersion: number;
  /** The whole document, checked where it is carried out; its own `version` is a name that no other has had. */
  readonly document: unknown;
  /** Who asks for it, an alias. */
  readonly actor: string;
  readonly reason: string;
  /** How long it waits for a second person when it loosens, milliseconds; it falls away afterwards. */
  readonly waitMs: number;
}

export type LimitsVerdict = 'APPROVE' | 'REJECT' | 'WITHDRAW';

/** Ends a proposal that waits: a second person approves or rejects it, its author withdraws it. */
export interface DecideLimits {
  readonly proposalId: string;
  readonly verdict: LimitsVerdict;
  readonly actor: string;
  readonly reason?: string;
}

/** Asks what is in force and what waits, and for the document of one version if it names one. */
export interface ReadLimits {
  readonly version?: number;
}

/** `SUPERSEDED`: another change came into force first. */
export type LimitProposalStatus = 'WAITING' | 'IN_FORCE' | 'REJECTED' | 'WITHDRAWN' | 'EXPIRED' | 'SUPERSEDED';

/** A change that was asked for, and what became of it; times are wall milliseconds of the database. */
export interface LimitProposal {
  readonly proposalId: string;
  readonly baseVersion: number;
  /** What its document calls itself. */
  readonly name: string;
  readonly loosens: boolean;
  readonly actor: string;
  readonly reason: string;
  readonly atMs: number;
  readonly expiresAtMs: number;
  readonly status: LimitProposalStatus;
  readonly decidedBy?: string;
  readonly decidedReason?: string;
  readonly decidedAtMs?: number;
  /** The version that it became. */
  readonly version?: number;
}

/** A version that is or was in force. */
export interface LimitVersion {
  readonly version: number;
  readonly name: string;
  readonly loosens: boolean;
  readonly proposalId: string;
  readonly actor: string;
  /** The second person. */
  readonly approvedBy?: string;
  readonly reason: string;
  readonly atMs: number;
}

/** What became of a command. */
export type LimitsAnswer =
  | { readonly kind: 'taken'; readonly proposal: LimitProposal; readonly changes: readonly LimitChange[] }
  /** Nothing was changed; each problem names what is wrong and what to do. */
  | { readonly kind: 'refused'; readonly problems: readonly string[] }
  /** The database does not answer; it is tried on. The same command again asks what became of it. */
  | { readonly kind: 'underWay' };

/** The limits as they are. */
export interface LimitsView {
  /** Absent before the first version. */
  readonly current?: LimitVersion & { readonly document: LimitDocument };
  /** Newest first, the last 100. */
  readonly versions: readonly LimitVersion[];
  /** Those that wait with what they change, then the last 50 others; newest first. */
  readonly proposals: readonly (LimitProposal & { readonly changes?: readonly LimitChange[] })[];
  /** The document that was asked for; null when there is no such version. */
  readonly document?: LimitDocument | null;
}
