import { createContext, createElement, useContext, type ReactElement, type ReactNode } from 'react'
import type { Client } from '../client.ts'

const ClientContext = createContext<Client | undefined>(undefined)

export interface RejoinProviderProps {
  /** Made once, outside of rendering; whoever made it closes it. */
  readonly client: Client
  readonly children?: ReactNode
}

/** Gives a client to every hook below it. */
export function RejoinProvider({ client, children }: RejoinProviderProps): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children)
}

/** The client of the `RejoinProvider` above. Throws where there is none. */
export function useClient(): Client {
  const client = useContext(ClientContext)
  if (client === undefined) throw new Error('there is no RejoinProvider above this component')
  return client
}
