/** Thrown through an action that the person has called off: nothing has failed, and nothing is said. */
export class CalledOff extends Error {
  override readonly name = 'CalledOff'
}
