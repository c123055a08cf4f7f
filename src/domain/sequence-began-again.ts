/**
 * Thrown by a connector's report stream: the venue's newest report stands before the place from which we went on. It has
 * begun to count anew (another day, another venue behind the address, a ledger that was lost); what it says is read again
 * from the start, where the inbox knows what it has.
 */
export class SequenceBeganAgainError extends Error {
  override readonly name = 'SequenceBeganAgainError';
  constructor(
    readonly venue: string,
    readonly after: number,
    readonly lastSequence: number,
  ) {
    super(`${venue} has ${String(lastSequence)} as its newest report, and ${String(after)} was read before`);
  }
}
