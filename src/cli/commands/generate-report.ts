/** What `generate` says about a tree, in every format. */
import type { Catalog } from '../../catalog/index.ts'
import type { Generated, Planned } from '../../execution/index.ts'
import { fileBytes } from '../../files/index.ts'
import { cleanLine, formatBytes, quoteName, showHome } from '../../text/index.ts'
import { type Report, table } from '../output/index.ts'
import type { World } from '../world.ts'

export function reportDryRun({ catalog, folder, tree }: Planned, { home }: World): Report {
  const data = {
    server_id: catalog.server.id,
    server_name: catalog.server.name,
    output_path: folder,
    files: tree.files.map(file => ({ path: file.path, size: fileBytes(file) })),
    total_files: tree.files.length,
    total_size: tree.totalBytes,
  }
  return {
    data,
    pretty: colors => {
      const rows = data.files.map(({ path, size }) => [`  ${path}`, colors.dim(formatBytes(size))])
      const total = `${data.total_files} files, ${formatBytes(data.total_size)}`
      return [
        `${colors.bold(cleanLine(data.server_name))} would be written to ${showHome(folder, home)}`,
        table(rows),
        `${total}; nothing was written`,
      ].join('\n')
    },
  }
}

export interface GeneratedView {
  readonly server_id: string
  readonly server_name: string
  readonly server_version: string
  readonly output_path: string
  readonly tools: number
  readonly skipped: Catalog['skipped']
  readonly changed: boolean
  readonly removed: readonly string[]
  readonly kept: readonly string[]
  readonly total_files: number
  readonly total_size: number
}

export function viewGenerated({ catalog, tree, report }: Generated): GeneratedView {
  const { server, tools, skipped } = catalog
  return {
    server_id: server.id,
    server_name: server.name,
    server_version: server.version,
    output_path: report.path,
    tools: tools.length,
    skipped,
    changed: report.changed,
    removed: report.removed,
    kept: report.kept,
    total_files: tree.files.length,
    total_size: tree.totalBytes,
  }
}

export function reportGenerated(made: Generated, { home }: World): Report {
  const data = viewGenerated(made)
  return {
    data,
    pretty: colors => {
      const { meta } = made
      const example = meta.tools[0]
      const did = data.changed ? 'Generated' : 'Nothing changed:'
      const lines = [
        `${did} ${colors.bold(String(data.tools))} tools of ${colors.bold(cleanLine(`${data.server_name} ${data.server_version}`))} in ${colors.cyan(showHome(data.output_path, home))}`,
        ...(data.removed.length > 0 ? [`Removed ${data.removed.join(', ')}`] : []),
        ...(example === undefined
          ? []
          : [
              `${colors.dim('Read ')}  ${showHome(data.output_path, home)}/index.ts`,
              `${colors.dim('Call ')}  mcp-execution call ${data.server_id}.${example.typescript_name} '{…}'`,
            ]),
      ]
      return lines.join('\n')
    },
  }
}

/** One bad tool does not stop the others; it is named. */
export function warnSkipped({ skipped }: Catalog, { log }: World): void {
  for (const { name, reason } of skipped) {
    log.warn(`skipped tool ${quoteName(name)}: ${cleanLine(reason)}`)
  }
}
