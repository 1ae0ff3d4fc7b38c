import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { Menu } from '#console/ui/dialogs/menu.tsx'

/** Colour themes. `system` follows the operating system. */
const themes = ['system', 'light', 'dark'] as const
type Theme = (typeof themes)[number]

// public/theme.js reads the same key before the first paint.
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
    // Without storage, the choice lasts until the page is closed.
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
