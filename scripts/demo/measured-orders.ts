import { OmsClient } from '../../src/client/oms-client';
import type { OmsClientOptions, SubmitOptions, Submitted } from '../../src/client/oms-client';
import type { OrderRequest } from '../../src/domain/order-request';

/** An order client that notes how long its calls take. */
export class MeasuredOrders extends OmsClient {
  readonly acceptMs: number[] = [];
  /** Without the venue's own configured time. */
  readonly acknowledgedMs: number[] = [];
  /** Since the start of this process. */
  firstAcceptedMs: number | undefined;

  constructor(
    options: OmsClientOptions,
    private readonly venueLatencyMs: Readonly<Record<string, number>>,
  ) {
    super(options);
  }

  override async submit(raw: OrderRequest, options: SubmitOptions = {}): Promise<Submitted> {
    const startMs = performance.now();
    const submitted = await super.submit(raw, options);
    const endMs = performance.now();
    this.firstAcceptedMs ??= endMs;
    if ((options.wait ?? 'accepted') === 'accepted') this.acceptMs.push(endMs - startMs);
    const { order } = submitted;
    if (options.wait === 'acknowledged' && order?.submission === 'ACKNOWLEDGED') {
      this.acknowledgedMs.push(endMs - startMs - (this.venueLatencyMs[order.route?.venue ?? ''] ?? 0));
    }
    return submitted;
  }
}

/** The middle and the slow end of some times, in tenths of a millisecond. */
export function percentiles(times: readonly number[]): { readonly p50: number; readonly p99: number } {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0) * 10) / 10;
  return { p50: at(0.5), p99: at(0.99) };
}
