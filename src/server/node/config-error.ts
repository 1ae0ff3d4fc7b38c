/** A setting that cannot be used. Its message names the variable and never shows its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}
