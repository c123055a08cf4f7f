/** What the processes of the floor tell each other. */

/** The names of its messages. */
export const FloorMessage = { told: 'told', acted: 'acted' } as const;

export interface FloorActivities {
  act(): Promise<void>;
}
