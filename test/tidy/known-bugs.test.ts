/** Goal: the known bugs that `npm run chaos -- --with-bug` puts back in fit the code of today. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUGS } from '../../scripts/chaos/bugs';
import { FAULTS } from '../../scripts/chaos/matrix';

const root = join(__dirname, '../..');
const places = BUGS.flatMap(({ name, changes }) => changes.map(({ file, from }) => [name, file, from] as const));

test.each(places)('%s finds its one place in %s', (_name, file, from) => {
  expect(readFileSync(join(root, file), 'utf8').split(from)).toHaveLength(2);
});

test('each shows under faults that can be played', () => {
  const known = FAULTS.map(({ id }) => id);
  expect(BUGS.filter(({ faults }) => faults.some((id) => !known.includes(id)))).toEqual([]);
});
