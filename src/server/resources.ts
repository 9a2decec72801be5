/** What our server offers to read: generated trees and stored results (spec §8). */

export interface ResourceEntry {
  readonly uri: string
  readonly name: string
  readonly description?: string
  readonly mimeType: string
  readonly size?: number
}

export interface ResourceTemplate {
  readonly uriTemplate: string
  readonly name: string
  readonly description: string
  readonly mimeType?: string
}

export interface ResourceText {
  readonly uri: string
  readonly mimeType: string
  readonly text: string
}

export interface ResourcePage {
  readonly resources: ResourceEntry[]
  readonly nextCursor?: string
}

export interface Resources {
  readonly templates: readonly ResourceTemplate[]
  /** Throws INVALID_ARGUMENT for a cursor that is not ours. */
  list(cursor: string | undefined): Promise<ResourcePage>
  read(uri: string): Promise<ResourceText | undefined>
}
