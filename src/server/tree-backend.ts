/** The generation journey as our tools see it: introspect, save, list, read. */
import { join } from 'node:path'

import {
  adHocServer,
  fingerprint,
  loadConfig,
  selectServer,
  type ServerEntry,
  usableDefinition,
} from '../config/index.ts'
import { type GenerationDeps, generateTree, introspectServer } from '../execution/index.ts'
import { type GeneratedTree, listTrees, readTreeFile } from '../trees/index.ts'
import type { Backend, TreeSummary } from './backend.ts'

type TreeBackend = Pick<Backend, 'introspect' | 'saveTree' | 'listTrees' | 'readTreeFile'>

export function treeBackend(deps: GenerationDeps): TreeBackend {
  const { serversDir } = deps.places
  return {
    introspect: async (server, { adHoc, signal }) => {
      // The words are a model's, so nothing of the user's environment is expanded into them.
      const entry =
        adHoc === undefined
          ? selectServer(await loadConfig(deps), server)
          : adHocServer(adHoc, { cwd: deps.cwd, dialect: 'literal' })
      return { entry, catalog: await introspectServer(entry, { ...deps, signal }) }
    },
    saveTree: async ({ catalog, entry }, { folder, labels, signal }) => {
      const request = { base: serversDir, mode: 'progressive' as const, labels }
      const where = folder === undefined ? {} : { folder }
      const { report, tree } = await generateTree(catalog, entry, {
        ...deps,
        ...request,
        ...where,
        signal,
      })
      return { dir: report.path, files: tree.files.length }
    },
    listTrees: async dir => {
      const { servers } = await loadConfig(deps)
      const entries = new Map<string, ServerEntry>(servers.map(entry => [entry.id, entry]))
      return (await listTrees(dir)).map(tree => summary(tree, entries.get(tree.meta.server.id)))
    },
    readTreeFile: (server, path) => readTreeFile({ dir: join(serversDir, server) }, path),
  }
}

function summary({ dir, meta }: GeneratedTree, entry: ServerEntry | undefined): TreeSummary {
  const isUsable = entry?.state.status === 'ready'
  return {
    id: meta.server.id,
    toolCount: meta.tools.length,
    generatedAt: meta.generated_at,
    outputDir: dir,
    ...(isUsable && { stale: fingerprint(usableDefinition(entry)) !== meta.config_fingerprint }),
  }
}
