/** One thing to do, and whether it has happened. */
export interface LessonStep {
  readonly id: string
  readonly title: string
  /** What to know while it is the next thing to do. */
  readonly detail: string
  readonly isDone: boolean
}

/** Whose change stayed. */
export type LessonOutcome = 'mine' | 'theirs'
