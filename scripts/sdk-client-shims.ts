/**
 * Stands in for the SDK client's platform module: the real one loads a schema validator at start (15 of 45 ms), which our
 * client never uses, because it validates outside the SDK (src/catalog/schema-validator.ts).
 */

/** Whether fetch may fail for a browser's reasons. */
export const CORS_IS_POSSIBLE = false

export class DefaultJsonSchemaValidator {
  getValidator(): never {
    throw new Error('the SDK validates nothing here')
  }
}
