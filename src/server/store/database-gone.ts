import { Failure } from '#shared/failure.ts'

/** Thrown when the files of a database are not where they were opened: what is written now would be lost. */
export class DatabaseGone extends Failure {
  constructor() {
    super(
      'UNAVAILABLE',
      'A file of the database was removed or replaced while the server runs. Nothing is stored any more. Put the data ' +
        'folder back, or restore a backup and start the server again.',
      { retryAfter: 30 },
    )
  }
}
