import type { LessonOutcome, LessonStep } from './lesson-step.ts'

/** Where an element is, as text to be compared; `undefined` where it is not. */
export type PlaceOf = (id: string) => string | undefined

export type CanvasEvent =
  | {
      readonly type: 'seen'
      readonly elements: number
      readonly others: number
      readonly isOnline: boolean
      /** Everything of this device is on the server, and everything of the server here. */
      readonly isStored: boolean
      readonly placeOf: PlaceOf
    }
  | {
      readonly type: 'changed'
      readonly ids: readonly string[]
      readonly isOwn: boolean
      readonly isOnline: boolean
      readonly placeOf: PlaceOf
    }
  | { readonly type: 'restarted' }

/** How far a person has come in making a conflict on the canvas: only what has happened moves it on. */
export interface CanvasLesson {
  readonly hasShape: boolean
  readonly hasCompany: boolean
  readonly phase: 'online' | 'offline' | 'returning' | 'done'
  /** What this device changed offline, and where it left it. */
  readonly mine: ReadonlyMap<string, string | undefined>
  /** Of these, what others had changed meanwhile. */
  readonly theirs: ReadonlySet<string>
  /** Another tab of this device changed something: tabs of one browser know of each other at once, network or not. */
  readonly isTab: boolean
  /** The person came back, and nobody else had moved what they moved. */
  readonly isMissed: boolean
  readonly outcome: LessonOutcome | undefined
}

export const newCanvasLesson: CanvasLesson = {
  hasShape: false,
  hasCompany: false,
  phase: 'online',
  mine: new Map(),
  theirs: new Set(),
  isTab: false,
  isMissed: false,
  outcome: undefined,
}

type Seen = Extract<CanvasEvent, { type: 'seen' }>
type Changed = Extract<CanvasEvent, { type: 'changed' }>

function connect(lesson: CanvasLesson, { isOnline }: Seen): CanvasLesson {
  const { phase, mine } = lesson
  if (phase === 'online' && !isOnline)
    return { ...lesson, phase: 'offline', mine: new Map(), theirs: new Set(), isTab: false, isMissed: false }
  if (phase === 'returning' && !isOnline) return { ...lesson, phase: 'offline' }
  if (phase === 'offline' && isOnline) return { ...lesson, phase: mine.size > 0 ? 'returning' : 'online' }
  return lesson
}

function settle(lesson: CanvasLesson, { isStored, placeOf }: Seen): CanvasLesson {
  if (lesson.phase !== 'returning' || !isStored) return lesson
  if (lesson.theirs.size === 0) return { ...lesson, phase: 'online', mine: new Map(), isMissed: true }
  const isMine = [...lesson.theirs].every((id) => lesson.mine.get(id) === placeOf(id))
  return { ...lesson, phase: 'done', outcome: isMine ? 'mine' : 'theirs' }
}

function see(before: CanvasLesson, seen: Seen): CanvasLesson {
  const hasShape = before.hasShape || seen.elements > 0
  const hasCompany = before.hasCompany || seen.others > 0
  return settle(connect({ ...before, hasShape, hasCompany }, seen), seen)
}

function change(lesson: CanvasLesson, { ids, isOwn, isOnline, placeOf }: Changed): CanvasLesson {
  const { phase, mine, theirs } = lesson
  if (phase !== 'offline' && phase !== 'returning') return lesson
  if (isOwn && !isOnline) return { ...lesson, mine: new Map([...mine, ...ids.map((id) => [id, placeOf(id)] as const)]) }
  if (!isOwn && isOnline) return { ...lesson, theirs: new Set([...theirs, ...ids.filter((id) => mine.has(id))]) }
  // What comes while there is no connection is from another tab of this device, and no conflict.
  return isOwn ? lesson : { ...lesson, isTab: true }
}

export function nextCanvasLesson(lesson: CanvasLesson, event: CanvasEvent): CanvasLesson {
  switch (event.type) {
    case 'seen':
      return see(lesson, event)
    case 'changed':
      return change(lesson, event)
    case 'restarted':
      return { ...newCanvasLesson, hasShape: lesson.hasShape, hasCompany: lesson.hasCompany }
  }
}

const outcomes: Readonly<Record<LessonOutcome, string>> = {
  mine: 'You had both moved it. Your place stayed, and the other device took it over: both show the same again, and nobody had to ask anybody.',
  theirs:
    'You had both moved it. The other device’s place stayed, and yours gave way: both show the same again, and nobody had to ask anybody.',
}

function offlineDetail({ isMissed, isTab }: Pick<CanvasLesson, 'isMissed' | 'isTab'>): string {
  if (!isMissed) return 'Flip the switch at the top. This device is cut off; the other one is not.'
  return isTab
    ? 'Another tab of this device was not cut off, and your change went out through it. Close that tab, and go offline once more.'
    : 'Nobody had moved the same thing meanwhile, so there was nothing to settle. Go offline once more.'
}

export function canvasSteps({
  hasShape,
  hasCompany,
  phase,
  mine,
  theirs,
  isTab,
  isMissed,
  outcome,
}: CanvasLesson): readonly LessonStep[] {
  const isDone = phase === 'done'
  return [
    { id: 'shape', title: 'Draw something', detail: 'A rectangle will do: it is what you will both move.', isDone: hasShape },
    {
      id: 'company',
      title: 'Open this board on a second device',
      detail: 'A second window can play one: it keeps a database of its own. Put both side by side.',
      isDone: hasCompany,
    },
    {
      id: 'offline',
      title: 'Work offline here',
      detail: offlineDetail({ isMissed, isTab }),
      isDone: phase !== 'online',
    },
    {
      id: 'here',
      title: 'Move it here',
      detail: 'The chip at the top says where your change is safe: on this device.',
      isDone: isDone || mine.size > 0,
    },
    {
      id: 'there',
      title: 'Move the same thing there',
      detail: isTab
        ? 'That was another tab of this same device, which knew of it at once, network or not. A conflict takes a second device.'
        : 'In the other window, to another place. This one cannot know of it: flip the switch back when you have, and it ticks.',
      isDone: isDone || theirs.size > 0,
    },
    { id: 'back', title: 'Come back', detail: 'Flip the switch again.', isDone: isDone || phase === 'returning' },
    {
      id: 'agree',
      title: 'Both devices agree',
      detail: outcome === undefined ? 'What you did offline is on its way.' : outcomes[outcome],
      isDone,
    },
  ]
}
