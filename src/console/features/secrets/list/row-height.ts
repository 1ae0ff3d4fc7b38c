/** The height of a row without overlaps in pixels, as `secret-row.module.css` makes it. */
export const rowHeight = (): number => {
  const control = matchMedia('(pointer: coarse)').matches ? 44 : 36
  // The lines of when it was set and used: on a telephone one line, between the name and the buttons.
  return matchMedia('(width < 560px)').matches ? control + 19.5 + 54 : control / 2 + 30 + 17
}
