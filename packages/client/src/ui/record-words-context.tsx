import { createContext, useContext, useMemo, type ReactElement, type ReactNode } from 'react'
import { plainRecordWords, type RecordWords } from './words/record-words.ts'

const RecordWordsContext = createContext<RecordWords>(plainRecordWords)

export interface RecordWordsProviderProps {
  /** What is not given is said in the plain way. Keep it between renderings: every part below is drawn anew when it changes. */
  readonly words: Partial<RecordWords>
  readonly children?: ReactNode
}

/** Gives the parts below an app's own words for its records. */
export function RecordWordsProvider({ words, children }: RecordWordsProviderProps): ReactElement {
  const whole = useMemo(() => ({ ...plainRecordWords, ...words }), [words])
  return <RecordWordsContext.Provider value={whole}>{children}</RecordWordsContext.Provider>
}

export function useRecordWords(): RecordWords {
  return useContext(RecordWordsContext)
}
