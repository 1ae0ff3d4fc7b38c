/** What is wrong with an export, in a sentence that names the record. */
export class Fault extends Error {}

/** “Record 7”, or “Records 7 to 9”, and the verb that goes with it. */
export const records = (from: number, to: number, verbs: { one: string; many: string }): string =>
  from === to ? `Record ${from} ${verbs.one}` : `Records ${from} to ${to} ${verbs.many}`

export const insertedAfter = (seq: number): string =>
  seq > 0 ? `A record was inserted after record ${seq}` : 'A record was inserted before the first'
