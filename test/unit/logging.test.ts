import { Writable } from 'node:stream';
import { makeLogger, makePinoTemporalLogger } from '../../src/logging';
import type { LoggerOptions } from '../../src/logging';

function logged(options: Partial<LoggerOptions>, write: (logger: ReturnType<typeof makeLogger>) => void): string {
  let text = '';
  const destination = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  write(makeLogger({ level: 'info', readable: false, destination, ...options }));
  return text;
}
const entries = (text: string): unknown[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

test('lines are JSON with the fields that were given, from the level on', () => {
  const text = logged({ name: 'api' }, (logger) => {
    logger.debug('hidden');
    logger.info({ orderId: 'alpha/1' }, 'accepted');
  });
  expect(entries(text)).toMatchObject([{ name: 'api', orderId: 'alpha/1', msg: 'accepted', level: 30 }]);
});

test('secrets are hidden, also one level down', () => {
  const text = logged({}, (logger) => {
    logger.info(
      { apiKey: 'hunter2', temporal: { apiKey: 'hunter2' }, headers: { authorization: 'hunter2' } },
      'started',
    );
  });
  expect(text).not.toContain('hunter2');
  expect(text).toContain('(hidden)');
});

test('an error keeps its words under either key, also in a child logger', () => {
  const text = logged({}, (logger) => {
    logger.warn({ error: new Error('boom') }, 'a');
    logger.child({ part: 'venue' }).warn({ err: new Error('boom') }, 'b');
    logger.child({ part: 'venue' }).warn({ error: new Error('boom') }, 'c');
    logger.warn({ error: 'only text' }, 'd');
  });
  expect(entries(text)).toMatchObject([
    { error: { type: 'Error', message: 'boom', stack: expect.stringContaining('boom') as string } },
    { err: { message: 'boom' } },
    { error: { message: 'boom' } },
    { error: 'only text' },
  ]);
});

test("Temporal's warning about workers without workflows is left out, as some have none on purpose", () => {
  const text = logged({}, (logger) => {
    const temporal = makePinoTemporalLogger(logger);
    temporal.warn('No workflows registered, not polling for workflow tasks', { taskQueue: 'venue-SIMX' });
    temporal.warn('something else');
  });
  expect(entries(text)).toMatchObject([{ msg: 'something else' }]);
});

test('lines for people carry the message and no JSON', () => {
  const text = logged({ readable: true }, (logger) => {
    logger.warn({ orderId: 'alpha/1' }, 'slow');
  });
  expect(text).toMatch(/WARN.*slow/);
  expect(text).toContain('alpha/1');
  expect(text).not.toContain('"msg"');
});

test("Temporal's lines keep level, fields and error", () => {
  const text = logged({ level: 'trace' }, (logger) => {
    const temporal = makePinoTemporalLogger(logger);
    temporal.trace('t');
    temporal.debug('d');
    temporal.info('i', { workflowId: 'order/alpha/1' });
    temporal.warn('w');
    temporal.error('e', { error: new Error('boom'), attempt: 2n });
    temporal.log('INFO', 'l');
  });
  expect(entries(text)).toMatchObject([
    { level: 10, msg: 't' },
    { level: 20, msg: 'd' },
    { level: 30, msg: 'i', workflowId: 'order/alpha/1' },
    { level: 40, msg: 'w' },
    { level: 50, msg: 'e', err: { message: 'boom' }, attempt: 2 },
    { level: 30, msg: 'l' },
  ]);
});
