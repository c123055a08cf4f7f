/** What an order has answered to commands: the same kind of command with the same id gets the same answer again. */
import { patched } from '@temporalio/workflow';
import { checkChange } from '../src/domain/request-validation';
import type { CarriedOrder, CommandVerdict, OrderMessage } from '../src/contracts/order-messages';

/** What somebody asks of an order. */
export type Command = Extract<OrderMessage, { commandId: string }>;
type Kind = Command['kind'];
type Named = Pick<Command, 'kind' | 'commandId'>;
interface Answer {
  readonly verdict: CommandVerdict;
  /** Absent in what an earlier version answered: then it is of every kind. */
  readonly kind: Kind | undefined;
}

/** Answers kept in this run, and those that the next one gets. */
const KEPT = 500;
const CARRIED = 50;

function changeOf(command: Command): Pick<CommandVerdict, 'change'> {
  const checked = command.kind === 'modify' ? checkChange(command.change) : undefined;
  return checked?.ok === true ? { change: checked.change } : {};
}

export class CommandAnswers {
  private readonly answers: Map<string, Answer>;

  constructor(carried: CarriedOrder['answered'] = []) {
    this.answers = new Map(carried.map(([key, verdict, kind]) => [key, { verdict, kind }]));
  }

  /** The answer given to a command, if it was taken already. */
  to(command: Named): CommandVerdict | undefined {
    return this.answers.get(this.keyOf(command))?.verdict;
  }

  note(command: Command, verdict: CommandVerdict): void {
    this.answers.set(this.keyOf(command), { verdict: { ...verdict, ...changeOf(command) }, kind: command.kind });
    const [oldest] = this.answers.keys();
    if (this.answers.size > KEPT && oldest !== undefined) this.answers.delete(oldest);
  }

  /** Says whether it is still to be decided. Earlier versions took a cancel for the modify that had its id. */
  isNew(command: Command): boolean {
    if (this.to(command) !== undefined) return false;
    const other = this.answers.get(command.commandId);
    if (other === undefined || patched('answer-each-kind-of-command')) return true;
    this.note(command, other.verdict);
    return false;
  }

  carry(): CarriedOrder['answered'] {
    return [...this.answers.entries()].slice(-CARRIED).map(([key, { verdict, kind }]) => [key, verdict, kind] as const);
  }

  /** The id belongs to the kind of command that used it first; another kind has a key of its own. */
  private keyOf({ kind, commandId }: Named): string {
    const first = this.answers.get(commandId);
    return first === undefined || (first.kind ?? kind) === kind ? commandId : `${commandId}/${kind}`;
  }
}
