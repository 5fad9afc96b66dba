import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'

type Work<T> = (tables: RecordTables) => Promise<T>

interface Passenger {
  /** Resolves with what tells the caller, once it is committed. */
  readonly ride: Work<() => void>
  readonly rideAlone: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Writes that are asked for while one is at work join its transaction, each after the one before it, as if each had its own: an answer is settled
 * and the next batch chosen with one commit. A commit costs more than what is in it. Where one of them throws, none was kept, and each is done
 * by itself.
 */
export class SharedTransaction {
  readonly #database: RecordDatabase
  /** May still be joined. */
  #boarding: Passenger[] | undefined

  constructor(database: RecordDatabase) {
    this.#database = database
  }

  /** Begins at once, so that the order of calls is the order of transactions. */
  run<T>(work: Work<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const passenger: Passenger = {
      ride: async (tables) => {
        const value = await work(tables)
        return () => resolve(value)
      },
      rideAlone: () => {
        this.#database.transaction('write', work).then(resolve, reject)
      },
      reject,
    }
    if (this.#boarding === undefined) void this.#depart((this.#boarding = [passenger]))
    else this.#boarding.push(passenger)
    return promise
  }

  async #depart(passengers: Passenger[]): Promise<void> {
    let isWorkToBlame = false
    try {
      const arrivals = await this.#database.transaction('write', async (tables) => {
        isWorkToBlame = false
        const arrived: (() => void)[] = []
        // Whoever joins meanwhile comes after the others.
        for (const { ride } of passengers) {
          try {
            arrived.push(await ride(tables))
          } catch (error) {
            isWorkToBlame = true
            throw error
          }
        }
        this.#close(passengers)
        return arrived
      })
      for (const arrive of arrivals) arrive()
    } catch (error) {
      this.#close(passengers)
      const isShared = passengers.length > 1
      for (const { rideAlone, reject } of passengers) {
        if (isWorkToBlame && isShared) rideAlone()
        else reject(error)
      }
    }
  }

  #close(passengers: Passenger[]): void {
    if (this.#boarding === passengers) this.#boarding = undefined
  }
}
