import { describe, expect, it } from 'vitest'
import { isInjectable, nameWarning, notInjectedReason } from './injectable-names.ts'

describe('a name', () => {
  it('that is an ordinary variable is injected, without a warning', () => {
    expect([isInjectable('API_KEY'), nameWarning('API_KEY'), notInjectedReason('API_KEY')]).toEqual([
      true,
      undefined,
      undefined,
    ])
  })

  it('that steers other programs is injected by reference only, with a warning that says what it steers', () => {
    expect(isInjectable('PYTHONWARNINGS')).toBe(false)
    expect(nameWarning('PYTHONWARNINGS')).toBe(
      '“PYTHONWARNINGS” steers Python, so a workload gets it only where its author asks for it: ' +
        'as PYTHONWARNINGS: secret:PYTHONWARNINGS in a spec, or by “--env” or “--only”.',
    )
    expect(notInjectedReason('http_proxy')).toBe('By reference only: “http_proxy” steers which proxy requests take.')
  })

  it('that no variable can have is injected by reference only, with a warning', () => {
    expect([isInjectable('my-key'), isInjectable('__proto__')]).toEqual([false, false])
    expect(nameWarning('my-key')).toContain('With “-” it cannot be an environment variable of its own.')
    expect(nameWarning('my-key')).toContain('secret:my-key')
    expect(nameWarning('__proto__')).toContain('“__proto__” cannot be an environment variable of its own.')
    expect(notInjectedReason('my-key')).toContain('“my-key” is no name of a variable')
  })
})
