import type { SceneElement } from '@rejoin/core'
import type { z } from 'zod'
import type { OpenDocument } from '../documents/open-document.ts'
import type { NewElement, SceneChange } from './scene-change.ts'

/** What every element of a scene has. Lengths are in units of the scene, `updatedAt` is ms since the epoch. */
export interface ElementFields {
  readonly id: string
  readonly kind: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly updatedAt: number
}

/** Fields to be written; `null` takes one away, `undefined` leaves it as it is. */
export type ElementChanges<Own> = Own extends unknown
  ? { readonly [Key in keyof Own as Key extends 'id' | 'updatedAt' | 'updatedBy' ? never : Key]?: Own[Key] | null | undefined }
  : never

/** Something that a person did without changing the scene. */
export type SceneInteraction = Omit<Extract<SceneChange, { readonly type: 'Interaction' }>, 'type'>

/** What an app's elements are, where they are more than `sceneElementSchema` says. What does not fit is not shown, and stays in the scene as it is. */
export interface SceneOptions<Own extends ElementFields, Input> {
  readonly element: z.ZodType<Own, Input>
}

/**
 * A scene that is open in this tab: the root map `elements` of a document. Each call that changes something is one transaction, or part of the one
 * that `transact` runs, and stamps what it changes with the time of this device. Throws a `SceneValidationError` where a change is not valid;
 * then nothing of the call was written.
 */
export interface Scene<Own extends ElementFields = SceneElement, Input = SceneElement> {
  readonly name: string
  /** For state, receipts and presence. */
  readonly document: OpenDocument
  /**
   * In no order that means anything. A new list for every change, the same one while nothing changes; an element that did not change is the same
   * object as before. Inside `transact` it is as it was before.
   */
  readonly elements: readonly Own[]
  element(id: string): Own | undefined
  /** What a `Y.UndoManager` of this person's own changes follows. */
  readonly origin: object
  /** An id that is taken is refused. */
  add(...elements: readonly NewElement<Input>[]): void
  /** Writes the fields that differ. `false`: there is no such element (any more), and nothing was written: half a shape would come back. */
  update(id: string, changes: ElementChanges<Own>): boolean
  /** Ids that are not there are passed over. */
  remove(...ids: readonly string[]): void
  /** What is changed inside is one transaction: seen by others, and undone, as one. */
  transact(change: () => void): void
  /** Kept in the outbox, for the server's log: it changes nothing in the scene. Resolves when the device has it. */
  interaction(interaction: SceneInteraction): Promise<void>
  /** Calls after every change, whoever made it, with the ids of elements that came, changed or went. The returned function stops it. */
  onChange(listener: (ids: ReadonlySet<string>) => void): () => void
  /** As `document.close`. */
  close(): Promise<void>
}
