/**
 * Adds to package-lock.json the platform packages that npm left out because the registry it asked does not carry them:
 * `npm ci` calls such a lock out of date, although it would never install them on this platform. Run after `npm install`
 * where `npm ci` complains; does nothing to a lock that is complete.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

interface LockedPackage {
  readonly version?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly [field: string]: unknown
}

interface Lock {
  packages: Record<string, LockedPackage>
}

const file = fileURLToPath(new URL('../package-lock.json', import.meta.url))
const lock = JSON.parse(await readFile(file, 'utf8')) as Lock
const added: string[] = []
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(path, name)) continue
    const platform = platformOf(name)
    const isKnown = platform !== undefined && /^\d/.test(version)
    if (!isKnown) throw new Error(`Cannot complete ${name} ${version}`)
    const { dev, engines, license } = parent
    lock.packages[`node_modules/${name}`] = {
      version,
      cpu: [platform.cpu],
      ...(dev === undefined ? {} : { dev }),
      ...(platform.libc === undefined ? {} : { libc: [platform.libc] }),
      ...(license === undefined ? {} : { license }),
      optional: true,
      os: [platform.os],
      ...(engines === undefined ? {} : { engines }),
    }
    added.push(name)
  }
}
if (added.length > 0) {
  const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'))
  lock.packages = Object.fromEntries(sorted)
  await writeFile(file, `${JSON.stringify(lock, undefined, 2)}\n`)
}
console.log(`${added.length} packages added`)

/** Found from the parent upwards, as Node would. */
function isLocked(parent: string, name: string): boolean {
  const parts = parent.split('/node_modules/')
  const above = parts.map((_, index) => parts.slice(0, parts.length - index).join('/node_modules/'))
  const places = [...above.map(folder => `${folder}/node_modules/${name}`), `node_modules/${name}`]
  return places.some(place => place in lock.packages)
}

interface Platform {
  readonly os: string
  readonly cpu: string
  readonly libc?: string
}

/** From names such as `@scope/binding-linux-arm64-musl`. */
function platformOf(name: string): Platform | undefined {
  const match =
    /(?<os>aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)-(?<cpu>arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)(?:-(?<abi>\w+))?$/.exec(
      name,
    )?.groups
  if (match?.['os'] === undefined || match['cpu'] === undefined) return undefined
  const { os, cpu, abi } = match
  const libc = abi?.startsWith('musl')
    ? 'musl'
    : os === 'linux' && abi?.startsWith('gnu')
      ? 'glibc'
      : undefined
  return { os, cpu, ...(libc === undefined ? {} : { libc }) }
}
