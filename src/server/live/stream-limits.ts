/** Numbers of streams are of those that are open at once; times are in milliseconds. */
export type StreamLimits = {
  /** Of this process. */
  ofAll: number
  ofTeam: number
  /** Of one person, with all their keys. */
  ofPerson: number
  /** How long changes are gathered, so that many at once are few notices. */
  gatherFor: number
  /** How often something is sent where nothing happens, so that what lies between does not take the stream for dead. */
  beatEvery: number
  /** How often the right to hear of changes is looked at again, at least; what ends it is acted on at once. */
  checkEvery: number
}

export const streamLimits: StreamLimits = {
  ofAll: 5000,
  ofTeam: 2000,
  ofPerson: 30,
  gatherFor: 100,
  beatEvery: 15_000,
  checkEvery: 45_000,
}
