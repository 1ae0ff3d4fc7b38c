import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { Menu } from '#console/ui/dialogs/menu.tsx'
import { chooseTheme, currentTheme, type Theme, themes } from './theme.ts'

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
