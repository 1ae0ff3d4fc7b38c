import { afterAll, onTestFinished, TestRunner } from 'vitest'

/** Has something undone when the test is done that it was made in, or the file when it was made outside of one. */
export const cleanUp = (task: () => unknown): void => {
  const run = async (): Promise<void> => {
    await task()
  }
  if (TestRunner.getCurrentTest() === undefined) afterAll(run)
  else onTestFinished(run)
}
