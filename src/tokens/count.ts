/** Counting with a real tokenizer: o200k, which the newer models of its maker use; others differ by some percent. */

/** How many tokens a text costs a model that reads it. */
export type CountTokens = (text: string) => number

export const tokenizer = 'o200k_base'

/** Loads the tokenizer's table, 2 MB: only commands that count do. */
export async function openTokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  // Other people's text may spell a control token; here it is text like any other.
  const plainText = { disallowedSpecial: new Set<string>() }
  return text => countTokens(text, plainText)
}
