import type { VenueAnswer, VenueConnector, VenueOrderStatus } from '../../src/ports/venue';

/** A connector to a venue that says, when told to, that it knows no such order: what the simulated one never does. */
export class ForgetfulVenue {
  private forgotten = 0;

  /** Answers the next cancel and the next question as if the order had never been. */
  forget(): void {
    this.forgotten = 2;
  }
  reset(): void {
    this.forgotten = 0;
  }

  readonly wrap = (inner: VenueConnector): VenueConnector =>
    new Proxy(inner, {
      get: (target, name) => {
        if (name === 'cancel' && this.forgotten === 2) return () => this.answer(UNKNOWN_ORDER);
        if (name === 'findOrder' && this.forgotten === 1) return () => this.answer(NOT_FOUND);
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });

  private answer<T>(answer: T): Promise<T> {
    this.forgotten -= 1;
    return Promise.resolve(answer);
  }
}

const UNKNOWN_ORDER: VenueAnswer = { kind: 'refused', reason: 'UNKNOWN_ORDER', text: 'no such order', reports: [] };
const NOT_FOUND: VenueOrderStatus = { kind: 'notFound' };
