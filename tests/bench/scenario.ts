import type { Contestant, Subject } from './subject.ts'

export interface Metric {
  /** Key in what `measure` returns. */
  readonly key: string
  readonly title: string
  readonly digits: number
  /** What the table shows of several runs; `worst` is the largest. */
  readonly summary: 'median' | 'worst'
  readonly goal?: {
    readonly text: string
    /** `rival` is who the scenario's goals name; NaN in a scenario of Rejoin alone. */
    isMet(rejoin: number, rival: number): boolean
  }
}

export interface MeasureContext<Own extends Contestant = Subject> {
  readonly subject: Own
  /** Exists, is empty or as `prepare` left it, belongs to this run and is removed by the caller. */
  readonly dataDir: string
  /** 0, 1, 2 … */
  readonly run: number
  /** Shorter and smaller: shows that everything works, says little about speed. */
  readonly isQuick: boolean
}

export interface Scenario<Own extends Contestant = Subject> {
  readonly name: string
  readonly title: string
  readonly metrics: readonly Metric[]
  /** Fills a data folder once per subject; every run gets a copy. The server must be stopped when it resolves. */
  prepare?(context: MeasureContext<Own>): Promise<void>
  /** One run of one subject: values by metric key. */
  measure(context: MeasureContext<Own>): Promise<Readonly<Record<string, number>>>
}

/** A scenario and who takes part in it. */
export interface Contest<Own extends Contestant> {
  readonly scenario: Scenario<Own>
  readonly subjects: readonly Own[]
  /** Whom the scenario's goals name; absent where Rejoin is measured alone. */
  readonly rival: string | undefined
}
