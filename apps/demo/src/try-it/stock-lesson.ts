import type { LessonOutcome, LessonStep } from './lesson-step.ts'

/** What the lesson looks at of a product. */
export interface PricedProduct {
  readonly id: string
  readonly priceCents: number
  /** The server's version; `undefined` before the server has it. */
  readonly version: number | undefined
  readonly isPending: boolean
}

export interface StockSeen {
  readonly isSyncing: boolean
  readonly isOnline: boolean
  readonly isUpToDate: boolean
  readonly products: readonly PricedProduct[]
  /** Products whose price of this device gave way, and waits under “Needs you”. */
  readonly overruled: ReadonlySet<string>
}

interface Priced {
  readonly priceCents: number
  readonly version: number
}

/** How far a person has come in making a conflict of records: only what has happened moves it on. */
export interface StockLesson {
  readonly isSyncing: boolean
  readonly hasProduct: boolean
  readonly phase: 'online' | 'offline' | 'returning' | 'conflict' | 'done'
  /** As the server had them when this device went offline. */
  readonly before: ReadonlyMap<string, Priced>
  /** Prices that this device changed offline. */
  readonly mine: ReadonlyMap<string, number>
  readonly isMissed: boolean
  readonly outcome: LessonOutcome | undefined
}

export const newStockLesson: StockLesson = {
  isSyncing: false,
  hasProduct: false,
  phase: 'online',
  before: new Map(),
  mine: new Map(),
  isMissed: false,
  outcome: undefined,
}

function goOffline(lesson: StockLesson, { products }: StockSeen): StockLesson {
  const before = products.flatMap(({ id, priceCents, version }) =>
    version === undefined ? [] : [[id, { priceCents, version }] as const],
  )
  return { ...lesson, phase: 'offline', before: new Map(before), mine: new Map(), isMissed: false }
}

function workOffline(lesson: StockLesson, { products, isOnline }: StockSeen): StockLesson {
  const changed = products.filter(
    ({ id, priceCents, isPending }) => isPending && lesson.before.has(id) && lesson.before.get(id)?.priceCents !== priceCents,
  )
  if (!isOnline) return { ...lesson, mine: new Map(changed.map(({ id, priceCents }) => [id, priceCents])) }
  return { ...lesson, phase: lesson.mine.size > 0 ? 'returning' : 'online' }
}

/** Whether two devices had changed its price: this one's came on top of a version that it had not seen. */
function hasOverruled({ id, version = 0 }: PricedProduct, { before }: StockLesson): boolean {
  return version > (before.get(id)?.version ?? Infinity) + 1
}

function comeBack(lesson: StockLesson, { products, overruled, isOnline, isUpToDate }: StockSeen): StockLesson {
  if (!isOnline) return { ...lesson, phase: 'offline' }
  const { mine } = lesson
  if ([...mine.keys()].some((id) => overruled.has(id))) return { ...lesson, phase: 'conflict' }
  const changed = products.filter(({ id }) => mine.has(id))
  // A price that gave way is told under “Needs you”: until it is, not everything has arrived.
  const isSettled = isUpToDate && changed.every(({ id, isPending, priceCents }) => !isPending && priceCents === mine.get(id))
  if (!isSettled) return lesson
  if (changed.some((product) => hasOverruled(product, lesson))) return { ...lesson, phase: 'done', outcome: 'mine' }
  return { ...lesson, phase: 'online', mine: new Map(), isMissed: true }
}

function decide(lesson: StockLesson, { products, overruled }: StockSeen): StockLesson {
  const { mine } = lesson
  if ([...mine.keys()].some((id) => overruled.has(id))) return lesson
  const isMine = products.some(({ id, priceCents }) => mine.get(id) === priceCents)
  return { ...lesson, phase: 'done', outcome: isMine ? 'mine' : 'theirs' }
}

export function nextStockLesson(before: StockLesson, seen: StockSeen): StockLesson {
  const hasProduct = seen.products.some(({ version, isPending }) => version !== undefined && !isPending)
  const lesson = { ...before, isSyncing: seen.isSyncing, hasProduct: before.hasProduct || hasProduct }
  switch (lesson.phase) {
    case 'online':
      return seen.isOnline || !lesson.hasProduct ? lesson : goOffline(lesson, seen)
    case 'offline': {
      const worked = workOffline(lesson, seen)
      // The way back and all that it brings may be seen at once.
      return worked.phase === 'returning' ? comeBack(worked, seen) : worked
    }
    case 'returning':
      return comeBack(lesson, seen)
    case 'conflict':
      return decide(lesson, seen)
    case 'done':
      return lesson
  }
}

const outcomes: Readonly<Record<LessonOutcome, string>> = {
  mine: 'Your price stayed. The other device is told what gave way, and can take it back.',
  theirs: 'The other device’s price stayed, because you decided so. Yours was kept until you did.',
}

export function stockSteps({ isSyncing, hasProduct, phase, mine, isMissed, outcome }: StockLesson): readonly LessonStep[] {
  const isDone = phase === 'done'
  const isBack = isDone || phase === 'conflict'
  return [
    {
      id: 'sync',
      title: 'Let this device sync',
      detail: 'Switch on “Sync this device”. Until then everything stays here.',
      isDone: isSyncing,
    },
    {
      id: 'product',
      title: 'Have a product on the server',
      detail: 'Add one, or fill an empty shelf with the examples.',
      isDone: isSyncing && hasProduct,
    },
    {
      id: 'offline',
      title: 'Work offline here',
      detail: isMissed
        ? 'No other device had changed that price meanwhile, so there was nothing to settle. Go offline once more.'
        : 'Flip the switch at the top.',
      isDone: phase !== 'online',
    },
    {
      id: 'here',
      title: 'Change a price here',
      detail: 'Click the price, type another one, press Enter.',
      isDone: isBack || mine.size > 0,
    },
    {
      id: 'there',
      title: 'Then change the same price there',
      detail:
        'In a second window, with “Sync this device” on. This one cannot know of it: flip the switch back when you have, and it ticks.',
      isDone: isBack,
    },
    { id: 'back', title: 'Come back', detail: 'Flip the switch again.', isDone: isBack || phase === 'returning' },
    {
      id: 'settle',
      title: 'Decide',
      detail:
        outcome === undefined
          ? 'Theirs was the later one, so it stays. Yours is kept under “Needs you”: use it after all, or let it go.'
          : outcomes[outcome],
      isDone,
    },
  ]
}
