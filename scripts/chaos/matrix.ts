import type { Fault } from './fault';
import { PEOPLES_FAULTS } from './faults/people';
import { PROCESS_FAULTS } from './faults/processes';
import { STORE_FAULTS } from './faults/stores';
import { VENUE_FAULTS } from './faults/venue';

const number = ({ id }: Fault): number => Number(id.slice(1));

/** Every fault that can be played, in the order of the matrix. */
export const FAULTS: readonly Fault[] = [...PROCESS_FAULTS, ...STORE_FAULTS, ...VENUE_FAULTS, ...PEOPLES_FAULTS].sort(
  (a, b) => number(a) - number(b),
);

/** Parts of the matrix that wait for a part of the product that is not there. */
export const WAITS_FOR: Readonly<Record<string, string>> = {
  F15: 'a wrong codec key: there is no payload codec yet; all else of F15 is played',
  F20: 'an API node that dies: there is no API yet; the client library is played in its place',
};
