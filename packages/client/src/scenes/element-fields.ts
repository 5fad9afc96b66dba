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

/** An element without what whoever writes it sets: the time, and who it was. */
export type NewElement<Fields> = Fields extends unknown
  ? { readonly [Key in keyof Fields as Key extends 'updatedAt' | 'updatedBy' ? never : Key]: Fields[Key] }
  : never
