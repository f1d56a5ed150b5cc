// Values are BigInts in units of 10^-8 CloudCoin: totals can exceed what a Number holds exactly.

const unitsPerCoin = 100_000_000n;

/** The value of one coin of a denomination code, -8 to 6. */
export const valueOf = code => 10n ** BigInt(code + 8);

export function formatAmount(units) {
  const fraction = (units % unitsPerCoin).toString().padStart(8, '0').replace(/0+$/, '');
  return (units / unitsPerCoin).toLocaleString('en') + (fraction && `.${fraction}`);
}
