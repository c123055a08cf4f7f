/**
 * Decisions of one process that share transactions. While as many transactions as may be are under way, further decisions
 * wait, and the next one takes one decision of every account that waits: what round trips, a commit and its flush to disk
 * cost is divided by their number. Nobody waits for others to come: with a transaction free, a decision starts at once.
 *
 * Such a transaction takes no lock that it would have to wait for, so that it is never held up and no two can wait for each
 * other. An account that somebody else has locked is left out, and decided in a transaction of its own, which waits.
 */
import { inTime } from '../in-time';
import type { RiskFact } from '../ports/risk-facts';
import type { StoredDecision } from '../ports/stores';
import { decideAlone, decideTogether } from './decision';
import type { DecisionAsk, DecisionOutcome } from './decision';
import { PersistenceError } from './driver';
import type { Driver } from './driver';

/** One is judged while the other one is committed; more would only make them smaller. */
const UNDER_WAY_MAX = 2;
/** Bounds how long the first of a transaction waits for the judgement of the last. */
const TOGETHER_MAX = 64;
/** Above the time that the server gives a statement, twice: no answer then comes from a connection that is dead. */
const ANSWER_WAIT_MS = 30_000;
/** Read under a lock of more than the account, for which such an order waits its turn. */
const LOCKING_FACTS: ReadonlySet<RiskFact> = new Set<RiskFact>(['firm', 'borrow']);

interface Waiting {
  readonly ask: DecisionAsk;
  readonly resolve: (decision: StoredDecision) => void;
  readonly reject: (error: unknown) => void;
}

/** The decisions of one account, first come, first served: only the first one is ever under way. */
interface Line {
  readonly account: string;
  readonly waiting: Waiting[];
  /** Somebody else has held the account: to try again without waiting would be in vain as well. */
  isContested: boolean;
}

export class DecisionBatches {
  private readonly lines = new Map<string, Line>();
  private readonly ready: Line[] = [];
  private underWay = 0;
  private isStarting = false;

  constructor(
    private readonly driver: Driver,
    private readonly answerWaitMs = ANSWER_WAIT_MS,
  ) {}

  /** Decides as {@link decideAlone} does, together with what else waits. */
  decide(ask: DecisionAsk): Promise<StoredDecision> {
    if (ask.question?.parts.some((part) => LOCKING_FACTS.has(part)) === true) return decideAlone(this.driver, ask);
    return new Promise((resolve, reject) => {
      const { account } = ask.request;
      const line = this.lines.get(account) ?? { account, waiting: [], isContested: false };
      if (line.waiting.push({ ask, resolve, reject }) > 1) return;
      this.lines.set(account, line);
      this.ready.push(line);
      this.start();
    });
  }

  /** After the answers of this turn of the event loop: the orders that come of them belong together. */
  private start(): void {
    if (this.isStarting || this.underWay >= UNDER_WAY_MAX || this.ready.length === 0) return;
    this.isStarting = true;
    setImmediate(() => {
      this.isStarting = false;
      const lines = this.ready.splice(0, TOGETHER_MAX);
      const [line] = lines;
      if (line !== undefined && lines.length === 1 && this.underWay === 0) void this.lone(line);
      else void this.together(lines);
      this.start();
    });
  }

  /** The shortest way. It may wait for its account, so there is only one: the others go on beside it. */
  private async lone(line: Line): Promise<void> {
    this.underWay += 1;
    await this.alone(line);
    this.underWay -= 1;
    this.start();
  }

  /** Never rejects. */
  private async together(lines: readonly Line[]): Promise<void> {
    this.underWay += 1;
    let outcomes: readonly DecisionOutcome[] = [];
    try {
      const asks = lines.flatMap(({ waiting }) => waiting.slice(0, 1).map(({ ask }) => ask));
      outcomes = await this.answered(decideTogether(this.driver, asks));
    } catch {
      // Each alone: one of them may be the cause, and every one is told what became of itself.
    }
    this.underWay -= 1;
    for (const [at, line] of lines.entries()) this.tell(line, outcomes[at]);
    this.start();
  }

  private tell(line: Line, outcome: DecisionOutcome | undefined): void {
    line.isContested = outcome?.kind === 'notFree';
    if (outcome === undefined || outcome.kind === 'notFree') {
      void this.alone(line);
      return;
    }
    const first = line.waiting.shift();
    if (outcome.kind === 'answered') first?.resolve(outcome.decision);
    else first?.reject(outcome.error);
    this.goOn(line);
  }

  /** Waits for the account; never rejects. */
  private async alone(line: Line): Promise<void> {
    const [first] = line.waiting;
    if (first === undefined) return;
    try {
      first.resolve(await this.answered(decideAlone(this.driver, first.ask)));
      line.waiting.shift();
    } catch (error) {
      first.reject(error);
      line.waiting.shift();
      // The account was held for longer than a statement may wait: those behind it have waited as well.
      if ((error as Partial<PersistenceError> | undefined)?.type === 'DATABASE_BUSY')
        for (const { reject } of line.waiting.splice(0)) reject(error);
    }
    this.goOn(line);
    this.start();
  }

  /** A dead connection holds up what it carries, and nothing behind that; a decision may be repeated. */
  private answered<T>(work: Promise<T>): Promise<T> {
    return inTime(work, this.answerWaitMs, () => {
      const text = `${this.driver.description}: no answer within ${String(this.answerWaitMs)} ms`;
      return new PersistenceError('DATABASE_UNREACHABLE', text);
    });
  }

  private goOn(line: Line): void {
    if (line.waiting.length === 0) this.lines.delete(line.account);
    else if (line.isContested) void this.alone(line);
    else this.ready.push(line);
  }
}
