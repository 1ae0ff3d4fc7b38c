import { afterAll, onTestFinished, TestRunner } from 'vitest'

/** Runs `task` when the current test ends, or after the test file when called outside a test. */
export const cleanUp = (task: () => unknown): void => {
  const run = async (): Promise<void> => {
    await task()
  }
  if (TestRunner.getCurrentTest() === undefined) afterAll(run)
  else onTestFinished(run)
}
