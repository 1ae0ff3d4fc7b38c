import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'

/** A secret that was deleted from the list just now, and where it is in the trash. */
export type Deletion = { secret: Secret; trashed: Trashed }

/** A row of the list: a stored secret, or what stands in the place of one that was just deleted. */
export type ListedRow = { key: string; secret: Secret; deletion?: Deletion }

/** What the row of a deletion is called in the document. No name has a space in it. */
export const deletionKey = ({ id }: Trashed): string => `deleted ${id}`

/** The rows of a list by name; what was deleted stands where it was, and after one that has its name again. */
export const listedRows = (items: readonly Secret[], deletions: readonly Deletion[]): ListedRow[] => {
  const rows: ListedRow[] = items.map((secret) => ({ key: secret.name, secret }))
  for (const deletion of deletions) {
    const { secret, trashed } = deletion
    const after = rows.findIndex((row) => row.secret.name > secret.name)
    rows.splice(after < 0 ? rows.length : after, 0, { key: deletionKey(trashed), secret, deletion })
  }
  return rows
}
