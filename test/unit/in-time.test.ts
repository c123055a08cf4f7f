import { inTime } from '../../src/in-time';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const late = (): Error => new Error('late');
const never = new Promise<string>(() => undefined);

test('an answer in time is handed on, and so is a failure; no timer stays behind', async () => {
  await expect(inTime(Promise.resolve('done'), 1_000, late)).resolves.toBe('done');
  await expect(inTime(Promise.reject(new Error('refused')), 1_000, late)).rejects.toThrow('refused');
  expect(jest.getTimerCount()).toBe(0);
});

test('what takes too long is an error of its own, not a moment before', async () => {
  const waited = inTime(never, 1_000, late);
  const how = waited.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(999);
  expect(jest.getTimerCount()).toBe(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(await how).toEqual(new Error('late'));
  expect(jest.getTimerCount()).toBe(0);
});

test('a failure after the time is told to nobody, and ends no process', async () => {
  let fail: (error: Error) => void = () => undefined;
  const work = new Promise<string>((_resolve, reject) => (fail = reject));
  const how = inTime(work, 1_000, late).catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(await how).toEqual(new Error('late'));
  fail(new Error('at last'));
  await jest.advanceTimersByTimeAsync(0);
});
