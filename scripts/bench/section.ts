/** How a section of a bench is asked. */
export interface BenchOptions {
  /** A form that ends soon and says the same with less certainty. */
  readonly short: boolean;
  /** Tells a person what was found. */
  readonly tell: (line: string) => void;
}

/** Measures one thing; the answer stands in the file of figures under the section's name. */
export type MeasureSection = (options: BenchOptions) => Promise<object>;
