/**
 * npm hands on the Ctrl-C that the terminal has sent already, where its shell lets it. Nobody presses it twice within this
 * time.
 */
const SAME_MS = 300;

/** Tells of each SIGINT and SIGTERM that this process gets how many there have been; one that arrives twice is one. */
export function onInterrupt(take: (nth: number, signal: NodeJS.Signals) => void): void {
  let count = 0;
  let lastMs = -Infinity;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      const nowMs = performance.now();
      if (nowMs - lastMs < SAME_MS) return;
      lastMs = nowMs;
      count += 1;
      take(count, signal);
    });
}
