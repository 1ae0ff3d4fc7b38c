/** Which colours: those of the system, or the ones chosen here. */
export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

// Read also by public/theme.js, before the first paint.
const key = 'theme'

export const currentTheme = (): Theme => {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

export const chooseTheme = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // Where storage is forbidden, the choice lasts until the page is left.
  }
}
