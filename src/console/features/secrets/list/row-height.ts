/** Returns the height in pixels of a row without overlaps; must match `list.module.css`. */
export const rowHeight = (): number => {
  const control = matchMedia('(pointer: coarse)').matches ? 44 : 36
  // On narrow screens, the times take one line between the name and the buttons.
  return matchMedia('(width < 560px)').matches ? control + 19.5 + 54 : control / 2 + 30 + 17
}
