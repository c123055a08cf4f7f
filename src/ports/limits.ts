import type { DecideLimits, LimitProposal, LimitVersion, ProposeLimits } from '../contracts/limits';
import type { LimitDocument } from '../domain/risk/limit-document';

/** A version with its document as it was stored, to be checked by whoever reads it. */
export interface StoredLimits extends LimitVersion {
  /** JSON text. */
  readonly document: string;
}

/** A proposal that was checked and compared with its base. */
export interface CheckedProposal extends Omit<ProposeLimits, 'document'> {
  readonly document: LimitDocument;
  /** Says whether some order passes under it that did not under its base: it then needs a second person. */
  readonly loosens: boolean;
}

/** What became of a proposal; `isNew` is false when the same was said before. */
export type ProposalOutcome =
  | { readonly kind: 'taken'; readonly proposal: LimitProposal; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly problem: string; readonly ended?: LimitProposal };

/** Versions of the limits and the proposals that lead to them; every method is one transaction. */
export interface LimitsStore {
  /**
   * Takes a proposal once per id: in force at once when it does not loosen, waiting otherwise. Refused against another
   * version than the one in force. When it has answered, every later decision is made by the new version.
   */
  propose(proposal: CheckedProposal): Promise<ProposalOutcome>;
  /** Ends a proposal once: approved or rejected by a second person, withdrawn by its author. */
  decide(command: DecideLimits): Promise<ProposalOutcome>;
  /** Ends what has waited too long; `nextInMs` until the next one ends, absent when none waits. */
  expire(): Promise<{ readonly ended: readonly LimitProposal[]; readonly nextInMs?: number }>;
  /** The version in force; 0 before the first. */
  version(): Promise<number>;
  stored(version: number): Promise<StoredLimits | undefined>;
  /** Newest first. */
  versions(most: number): Promise<readonly LimitVersion[]>;
  /** Those that wait first, newest first among each, with their documents as JSON text. */
  proposals(most: number): Promise<readonly (LimitProposal & { readonly document: string })[]>;
}
