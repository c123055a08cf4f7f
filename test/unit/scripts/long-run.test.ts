/**
 * Goal: a run of hours tells what it found, ends what it started and removes its folder however it ends. Method: tiny runs in
 * processes of their own, which get the signals of a Ctrl-C.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

const ROOT = join(__dirname, '../../..');
jest.setTimeout(60_000);

/** What `play` does; `place` and `say` are at hand. */
async function played(play: string, options: string, interrupt: RegExp | undefined, times = 1) {
  const program = `
    const { longRun, endWith } = require('${ROOT}/scripts/long-run');
    const { say } = require('${ROOT}/scripts/say');
    // As parts of a system hold a process.
    setInterval(() => undefined, 60_000);
    const forever = () => new Promise(() => undefined);
    endWith(longRun({ name: 'cut-short-test', ${options} }, (place) => ({
      play: async () => { say('in ' + place.stateDir); ${play} },
      tell: async (problem) => { say('told: ' + problem); return problem === undefined; },
    })));`;
  const child = spawn(process.execPath, ['--import', 'tsx', '-e', program], { cwd: ROOT });
  let output = '';
  let sent = 0;
  const read = (chunk: Buffer): void => {
    output += String(chunk);
    // Each further Ctrl-C when the one before was heard.
    const heard = output.split('interrupted:').length - 1;
    if (interrupt?.test(output) !== true || sent > heard || sent === times) return;
    sent += 1;
    // Sooner it would count as the same.
    setTimeout(() => child.kill('SIGINT'), sent === 1 ? 0 : 400);
  };
  child.stdout.on('data', read);
  child.stderr.on('data', read);
  const [code] = (await once(child, 'close')) as [number | null];
  const stateDir = /^in (.*)$/m.exec(output)?.[1] ?? '';
  const isLeft = existsSync(stateDir);
  await rm(stateDir, { recursive: true, force: true });
  return { code, output, stateDir, isLeft };
}

test('a run that ends by itself tells whether everything holds, and its folder goes', async () => {
  const run = await played('', 'keep: false', undefined);
  expect(run).toMatchObject({ code: 0, isLeft: false });
  expect(run.output).toContain('told: undefined');
});

test('a run that is cut short tells what it found, then stops what it started, then removes its folder', async () => {
  const stop = `place.onCut(async () => say('stopped; the folder is ' + require('fs').existsSync(place.stateDir)));`;
  const run = await played(`${stop} await forever();`, 'keep: false', /^in /m);
  expect(run).toMatchObject({ code: 130, isLeft: false });
  expect(run.output).toMatch(/told: interrupted before everything was judged\nstopped; the folder is true/);
});

test('one that can still judge does so at the first Ctrl-C and is cut short by the second', async () => {
  const judges = `await new Promise((done) => place.signal.addEventListener('abort', done)); say('judged');`;
  const judged = await played(judges, "keep: false, closing: 'judges'", /^in /m);
  expect(judged).toMatchObject({ code: 130, isLeft: false });
  expect(judged.output).toMatch(/interrupted: judges; again to stop at once\njudged\ntold: undefined/);
  const twice = await played('await forever();', "keep: false, closing: 'judges'", /^in /m, 2);
  expect(twice).toMatchObject({ code: 130, isLeft: false });
  expect(twice.output).toContain('told: interrupted before everything was judged');
});

test('a Ctrl-C that arrives twice, from the terminal and from npm, is one', async () => {
  const twice = `process.emit('SIGINT'); process.emit('SIGINT'); say('judged');`;
  const run = await played(twice, "keep: false, closing: 'judges'", undefined);
  expect(run).toMatchObject({ code: 130, isLeft: false });
  expect(run.output).toMatch(/again to stop at once\njudged\ntold: undefined/);
});

test('what fails while a run is cut short changes nothing of that; what cannot be stopped is left at a further Ctrl-C', async () => {
  const fails = `place.onCut(async () => { void Promise.reject(new Error('parts are gone')); throw new Error('cannot'); });`;
  expect(await played(`${fails} await forever();`, 'keep: false', /^in /m)).toMatchObject({ code: 130, isLeft: false });
  const hangs = await played('place.onCut(forever); await forever();', 'keep: true', /^in /m, 2);
  expect(hangs).toMatchObject({ code: 130, isLeft: true });
});

test('a run that breaks off tells why and leaves its files for a look', async () => {
  const run = await played(`throw new Error('no server');`, 'keep: false', undefined);
  expect(run).toMatchObject({ code: 1, isLeft: true });
  expect(run.output).toContain(`its files stay in ${run.stateDir}\ntold: the run broke off: no server`);
});
