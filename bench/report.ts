/** One figure: what was measured, beside what, and what it has to be. */
export type Row = { what: string; measured: string; beside?: string; ratio?: number; target: string; met: boolean }

/** Prints rows as a Markdown table. */
export const printRows = (title: string, rows: readonly Row[]): void => {
  console.log(`\n### ${title}\n`)
  console.log('| what | measured | beside | ratio | target | met |\n|---|---:|---:|---:|---:|---|')
  for (const { what, measured, beside = '', ratio, target, met } of rows) {
    console.log(
      `| ${what} | ${measured} | ${beside} | ${ratio?.toFixed(2) ?? ''} | ${target} | ${met ? 'yes' : '**no**'} |`,
    )
  }
}

export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`
