/** One generated file: its path inside the server's tree ("/"-separated, relative) and its text. */
export interface SourceFile {
  readonly path: string
  readonly text: string
  /** Set on files that can be run by hand (they start with a shebang). */
  readonly executable?: boolean
}
