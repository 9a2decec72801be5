/** Counting with a real tokenizer: o200k, which the newer models of its maker use; others differ by some percent. */

/** How many tokens a text costs a model that reads it. */
export type CountTokens = (text: string) => number

export const tokenizer = 'o200k_base'

/** A run without a blank, or of nothing else: the tokenizer's time grows with the square of its length. */
const longRun = /\S{1000}|\s{1000}/

/** Loads the tokenizer's table, 2 MB: only commands that count do. */
export async function openTokenizer(): Promise<CountTokens> {
  const { countTokens } = await import('gpt-tokenizer/encoding/o200k_base')
  // Other people's text may spell a control token; here it is text like any other.
  const plainText = { disallowedSpecial: new Set<string>() }
  return text => {
    let tokens = 0
    for (const part of partsOf(text)) tokens += countTokens(part, plainText)
    return tokens
  }
}

/** The text cut into words where it holds an overlong run; what has none, as nearly every text, is one part. */
function partsOf(text: string): readonly string[] {
  if (!longRun.test(text)) return [text]
  return text.match(/\s?\S{1,1000}|\s{1,1000}/g) ?? []
}
