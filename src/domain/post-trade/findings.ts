/** What post-trade analysis finds; each finding becomes a record. */
export const FindingKind = {
  /** A booked trade that is not what it should be. */
  FILL: 'FILL',
  /** A pattern that a person should look at; no proof of anything. */
  SURVEILLANCE: 'SURVEILLANCE',
  /** A limit that is exceeded now; open until it is not. */
  BREACH: 'BREACH',
} as const;
export type FindingKind = (typeof FindingKind)[keyof typeof FindingKind];

/** One side of a finding by name. */
export type FindingSide = Readonly<Record<string, string>>;

/** What shows it. */
export interface Evidence {
  readonly orderIds: readonly string[];
  readonly execIds: readonly string[];
  /** Market times of what happened, epoch milliseconds. */
  readonly timesMs: readonly number[];
}

export interface PostTradeFinding {
  readonly kind: FindingKind;
  readonly code: string;
  /** What it is about, the same in every run. */
  readonly subject: string;
  readonly account?: string;
  readonly symbol?: string;
  readonly orderId?: string;
  readonly execId?: string;
  /** What was expected or allowed. */
  readonly before: FindingSide;
  /** What is. */
  readonly after: FindingSide;
  readonly evidence: Evidence;
  readonly reason: string;
  /** Market time of the newest part, epoch milliseconds. */
  readonly atMs: number;
}

/** What is found once for ever; a breach can come again, which its `episode` tells. */
export const findingId = ({ code, subject }: Pick<PostTradeFinding, 'code' | 'subject'>, episode = 1): string =>
  episode === 1 ? `${code}:${subject}` : `${code}:${subject}:${String(episode)}`;
