/** The height of a row without overlaps in pixels, as `secret-row.module.css` makes it. */
export const rowHeight = (): number => {
  const control = matchMedia('(pointer: coarse)').matches ? 44 : 36
  return control + (matchMedia('(width < 560px)').matches ? 50 : 17)
}
