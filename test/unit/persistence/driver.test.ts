import { repeatOnConflict, sqlState } from '../../../src/persistence/driver';
import { openDatabase } from '../../../src/persistence/open-database';

const failing = (code: string): Error => Object.assign(new Error(code), { code });

describe('repeatOnConflict', () => {
  it.each(['40001', '40P01'])('repeats after %s until it goes through', async (code) => {
    const attempts = [failing(code), failing(code), undefined];
    await repeatOnConflict(() => {
      const error = attempts.shift();
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    });
    expect(attempts).toEqual([]);
  });

  it('gives up after six attempts and repeats nothing else', async () => {
    const rival = jest.fn(() => Promise.reject(failing('40001')));
    await expect(repeatOnConflict(rival)).rejects.toThrow('40001');
    expect(rival).toHaveBeenCalledTimes(6);
    const broken = jest.fn(() => Promise.reject(failing('23505')));
    await expect(repeatOnConflict(broken)).rejects.toThrow('23505');
    expect(broken).toHaveBeenCalledTimes(1);
  });

  it('finds the state of a wrapped error', () => {
    expect(sqlState(new Error('outer', { cause: failing('40001') }))).toBe('40001');
    expect(sqlState('text')).toBeUndefined();
  });
});

describe('an unreachable PostgreSQL', () => {
  it('is an error with code, address and cause, and without the password', async () => {
    // Port 1 is reserved and never listens.
    const opening = openDatabase({ databaseUrl: 'postgresql://user:secret@127.0.0.1:1/oms' });
    await expect(opening).rejects.toMatchObject({
      type: 'DATABASE_UNREACHABLE',
      message: expect.stringMatching(
        /DATABASE_URL names PostgreSQL at 127\.0\.0\.1:1\/oms: connect ECONNREFUSED .*Start that server, correct the variable, or unset it/,
      ) as string,
      cause: expect.objectContaining({ code: 'ECONNREFUSED' }) as object,
    });
    await expect(opening).rejects.not.toMatchObject({ message: expect.stringContaining('secret') as string });
  });
});
