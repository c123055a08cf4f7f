/** Tells people on the terminal how a run goes on. */
export const say = (line: string): void => {
  console.log(line);
};
