/** One figure: the measurement, its baseline, and its target. */
export type Row = { what: string; measured: string; baseline?: string; ratio?: number; target: string; met: boolean }

/** Prints rows as a Markdown table. */
export const printRows = (title: string, rows: readonly Row[]): void => {
  console.log(`\n### ${title}\n`)
  console.log('| what | measured | baseline | ratio | target | met |\n|---|---:|---:|---:|---:|---|')
  for (const { what, measured, baseline = '', ratio, target, met } of rows) {
    console.log(
      `| ${what} | ${measured} | ${baseline} | ${ratio?.toFixed(2) ?? ''} | ${target} | ${met ? 'yes' : '**no**'} |`,
    )
  }
}

export const perSecond = (rate: number): string => `${Math.round(rate).toLocaleString('en')}/s`
