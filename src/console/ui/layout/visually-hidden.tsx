import type { ComponentProps } from 'react'

/** Text for screen readers only. The class is global, in base.css, because the live region uses it too. */
export function VisuallyHidden(props: Omit<ComponentProps<'span'>, 'className'>) {
  return <span {...props} className="visually-hidden" />
}
