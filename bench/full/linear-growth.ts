/** Returns the growth from the first to the last of evenly spaced values, along their linear regression. */
export const linearGrowth = (values: readonly number[]): number => {
  const last = values.length - 1
  if (last < 1) return 0
  const middle = last / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const products = values.map((value, index) => (index - middle) * (value - mean))
  const squares = values.map((_, index) => (index - middle) ** 2)
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  return (sum(products) / sum(squares)) * last
}
