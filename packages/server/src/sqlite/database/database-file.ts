/** The database inside a data folder. */
export const databaseFile = 'documents.sqlite'
