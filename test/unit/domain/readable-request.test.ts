import { readableRequest } from '../../../src/domain/readable-request';
import { request } from './trading-fixtures';

describe('reading a raw order', () => {
  const whole = { ...request(), routing: 'VENUE', venue: 'SIMX', positionEffect: 'OPEN', parent: 'p', metadata: {} };

  it('gives a valid request back as it is', () => {
    expect(readableRequest(whole)).toEqual(whole);
  });

  it('leaves out a position effect that nobody knows', () => {
    expect(readableRequest({ ...whole, positionEffect: 'ROLL' })).not.toHaveProperty('positionEffect');
  });
});
