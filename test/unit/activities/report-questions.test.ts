import { nextQuestionMs } from '../../../activities/report-questions';

test('questions for an unreadable report come ever later, up to a minute', () => {
  const waits = [0, 1, 2, 3, 4, 5, 6, 7, 5_000].map((asked) => nextQuestionMs(asked) / 1_000);
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
});
