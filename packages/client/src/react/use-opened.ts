import { useEffect, useState } from 'react'

/** What came of opening something: neither is there while it is being read from this device. */
export interface Opened<Kind> {
  readonly opened: Kind | undefined
  /** Why it could not be opened. */
  readonly error: Error | undefined
}

const opening = { opened: undefined, error: undefined }
const nothing = (): undefined => undefined

/** Opens for as long as the component is mounted. `open` says what: another function opens anew. */
export function useOpened<Kind extends { close(): Promise<void> }>(open: () => Promise<Kind>): Opened<Kind> {
  const [latest, setLatest] = useState<Opened<Kind> & { readonly open: () => Promise<Kind> }>()
  useEffect(() => {
    let isWanted = true
    const show = (came: Opened<Kind>): void => {
      if (isWanted) setLatest({ open, ...came })
    }
    const coming = open()
    coming.then(
      (opened) => show({ opened, error: undefined }),
      (error: unknown) => show({ opened: undefined, error: error instanceof Error ? error : new Error(String(error)) }),
    )
    return () => {
      isWanted = false
      // Nobody is left to be told here: the client's `onTrouble` tells of a device that could not keep the last edits.
      coming.then((opened) => opened.close()).catch(nothing)
    }
  }, [open])
  return latest?.open === open ? latest : opening
}
