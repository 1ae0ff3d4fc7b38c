// Runs before the first paint, so that a chosen theme does not flash. Without a choice, the style sheet follows the system.
try {
  const theme = localStorage.getItem('theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Storage may be forbidden; the system's choice holds then.
}

// Before any schema is made: otherwise zod tries whether it may compile code, which the content security policy forbids
// and the browser reports. `z.config` comes too late, for a bundler puts the schemas into a chunk that runs first.
globalThis.__zod_globalConfig = { jitless: true }
