import type { OpenDocument } from '@rejoin/client'
import { useEffect, useReducer } from 'react'
import type { YEvent, AbstractType, Transaction } from 'yjs'
import { useBoard, useScene } from '../canvas/view/board-context.ts'
import { useRoomPeople } from '../canvas/view/use-room-people.ts'
import { canvasSteps, newCanvasLesson, nextCanvasLesson } from './canvas-lesson.ts'
import type { LessonStep } from './lesson-step.ts'

type Events = readonly YEvent<AbstractType<unknown>>[]

/** The elements that were touched, whether or not it shows: a change that gives way touches, too. */
function touchedIds(events: Events): string[] {
  return events.flatMap(({ path: [id], keys }) => (id === undefined ? [...keys.keys()] : [String(id)]))
}

interface UsedCanvasLesson {
  readonly steps: readonly LessonStep[]
  /** What was taken for a second device is another tab of this one. */
  readonly isTab: boolean
  readonly restart: () => void
}

/** Watches the board, and says how far the person is. `isSwitchedOn`: the person's own switch. */
export function useCanvasLesson(document: OpenDocument, isSwitchedOn: boolean): UsedCanvasLesson {
  const { scene, doc } = useBoard()
  const [lesson, dispatch] = useReducer(nextCanvasLesson, newCanvasLesson)
  const elements = useScene().elements.length
  const others = useRoomPeople().length
  const { status } = document.state
  useEffect(() => {
    const placeOf = (id: string) => {
      const element = scene.scene.byId.get(id)
      return element && `${element.x} ${element.y} ${element.width} ${element.height} ${element.rotation}`
    }
    const isOnline = () => document.state.status !== 'offline'
    const onChange = (events: Events, { local }: Transaction) =>
      dispatch({ type: 'changed', ids: touchedIds(events), isOwn: local, isOnline: isOnline(), placeOf })
    const root = doc.getMap('elements')
    root.observeDeep(onChange)
    dispatch({
      type: 'seen',
      elements,
      others,
      isOnline: isSwitchedOn && isOnline(),
      isStored: document.state.status === 'stored',
      placeOf,
    })
    return () => root.unobserveDeep(onChange)
  }, [document, scene, doc, elements, others, status, isSwitchedOn])
  return { steps: canvasSteps(lesson), isTab: lesson.isTab, restart: () => dispatch({ type: 'restarted' }) }
}
