const TRY_FOR_MS = 180_000;
const PAUSE_MS = 250;

/** Tries until it works, as a client does whose system is being shot at; what never works is told with its last error. */
export async function persistently<T>(
  what: string,
  work: () => Promise<T>,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<T> {
  const giveUpMs = Date.now() + TRY_FOR_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (isFinal(error)) throw error;
      if (Date.now() > giveUpMs)
        throw new Error(`${what}: did not work within ${String(TRY_FOR_MS / 1_000)} s`, { cause: error });
      await pause(PAUSE_MS);
    }
  }
}

export const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
