import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { Menu } from '#console/ui/dialogs/menu.tsx'

/** Which colours: those of the system, or the ones chosen here. */
const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

// Read also by public/theme.js, before the first paint.
const key = 'theme'

const currentTheme = (): Theme => {
  const chosen = document.documentElement.dataset.theme
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system'
}

const chooseTheme = (theme: Theme): void => {
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
  try {
    if (theme === 'system') localStorage.removeItem(key)
    else localStorage.setItem(key, theme)
  } catch {
    // Where storage is forbidden, the choice lasts until the page is left.
  }
}

const looks = {
  system: { label: 'System', Icon: Monitor },
  light: { label: 'Light', Icon: Sun },
  dark: { label: 'Dark', Icon: Moon },
} as const

export function ThemeSwitch() {
  const [theme, setTheme] = useState(currentTheme)
  const choose = (next: Theme) => {
    chooseTheme(next)
    setTheme(next)
  }
  const items = themes.map((each) => {
    const { label, Icon } = looks[each]
    return { label, icon: <Icon aria-hidden size={16} />, checked: each === theme, onSelect: () => choose(each) }
  })
  const { label, Icon } = looks[theme]
  return (
    <Menu label={`Theme: ${label}`} items={items}>
      <Icon aria-hidden size={18} />
    </Menu>
  )
}
