/** File descriptors of a WASI program: 1 and 2 are the console, 3 is "/", the rest are files it opened. */
import { toPath } from '../program/resolve.ts'
import { errno } from './wasi-errno.ts'
import { type OpenFile, type OpenMode, WasiFiles } from './wasi-files.ts'
import { WasiStreams } from './wasi-streams.ts'
import type { WasiDeps } from './wasi.ts'

type Numbers = readonly number[]

const fileType = { characterDevice: 2, directory: 3, regular: 4 } as const
const rootFd = 3
const allRights = 0x1fff_ffffn
const maxOpenFiles = 64
const maxSlices = 1024
const problemErrno = { missing: errno.noent, exists: errno.exist } as const
const openFlag = { create: 1, directory: 2, exclusive: 4, truncate: 8 } as const

export class WasiDescriptors {
  readonly #deps: WasiDeps
  readonly #files: WasiFiles
  readonly #streams: WasiStreams
  readonly #open = new Map<number, OpenFile>()
  #nextFd = rootFd + 1

  constructor(deps: WasiDeps) {
    this.#deps = deps
    this.#files = new WasiFiles(deps.host)
    this.#streams = new WasiStreams(deps.host)
  }

  functions(): [string, (args: Numbers) => number][] {
    return [
      ['fd_write', args => this.#write(args)],
      ['fd_read', args => this.#read(args)],
      ['fd_seek', args => this.#seek(args)],
      ['fd_tell', ([fd = 0, at = 0]) => this.#seek([fd, 0, 1, at])],
      ['fd_close', ([fd = 0]) => this.#close(fd)],
      ['fd_fdstat_get', args => this.#describe(args)],
      ['fd_fdstat_set_flags', () => errno.success],
      ['fd_filestat_get', args => this.#fileStat(args)],
      ['fd_prestat_get', args => this.#preopen(args)],
      ['fd_prestat_dir_name', args => this.#preopenName(args)],
      ['fd_sync', () => errno.success],
      ['fd_datasync', () => errno.success],
      ['path_open', args => this.#pathOpen(args)],
      ['path_filestat_get', args => this.#pathStat(args)],
    ]
  }

  flush(): void {
    this.#streams.flush()
    for (const file of this.#open.values()) this.#files.close(file)
  }

  /** The parts of an I/O vector, as views. */
  #slices(list: number, count: number): Uint8Array[] {
    const { memory } = this.#deps
    return Array.from({ length: Math.min(count >>> 0, maxSlices) }, (_, index) =>
      memory.bytes(memory.readU32(list + index * 8), memory.readU32(list + index * 8 + 4)),
    )
  }

  #write([fd = 0, list = 0, count = 0, at = 0]: Numbers): number {
    const file = this.#open.get(fd)
    if (file === undefined && fd !== 1 && fd !== 2) return errno.badf
    let written = 0
    for (const slice of this.#slices(list, count)) {
      written +=
        file === undefined ? this.#streams.write(fd, slice) : this.#files.write(file, slice)
    }
    this.#deps.memory.writeU32(at, written)
    return errno.success
  }

  #read([fd = 0, list = 0, count = 0, at = 0]: Numbers): number {
    const file = this.#open.get(fd)
    if (file === undefined && fd !== 0) return errno.badf
    let read = 0
    for (const slice of file === undefined ? [] : this.#slices(list, count)) {
      read += this.#files.read(file ?? emptyFile, slice)
    }
    this.#deps.memory.writeU32(at, read)
    return errno.success
  }

  #seek([fd = 0, offset = 0, whence = 0, at = 0]: Numbers): number {
    const file = this.#open.get(fd)
    if (file === undefined) return errno.badf
    const base = [0, file.position, file.size][whence]
    const target = (base ?? -1) + offset
    if (base === undefined || target < 0 || !Number.isSafeInteger(target)) return errno.inval
    file.position = target
    this.#deps.memory.writeU64(at, BigInt(target))
    return errno.success
  }

  #close(fd: number): number {
    const file = this.#open.get(fd)
    if (file === undefined) return fd <= rootFd ? errno.success : errno.badf
    this.#open.delete(fd)
    return this.#files.close(file) ? errno.success : errno.io
  }

  #typeOf(fd: number): number | undefined {
    if (fd >= 0 && fd < rootFd) return fileType.characterDevice
    if (fd === rootFd) return fileType.directory
    return this.#open.has(fd) ? fileType.regular : undefined
  }

  #describe([fd = 0, at = 0]: Numbers): number {
    const type = this.#typeOf(fd)
    if (type === undefined) return errno.badf
    const { memory } = this.#deps
    memory.bytes(at, 24).fill(0)
    memory.writeU8(at, type)
    memory.writeU64(at + 8, allRights)
    memory.writeU64(at + 16, allRights)
    return errno.success
  }

  #fileStat([fd = 0, at = 0]: Numbers): number {
    const type = this.#typeOf(fd)
    if (type === undefined) return errno.badf
    this.#writeStat(at, type, this.#open.get(fd)?.size ?? 0)
    return errno.success
  }

  #writeStat(at: number, type: number, size: number): void {
    const { memory } = this.#deps
    memory.bytes(at, 64).fill(0)
    memory.writeU8(at + 16, type)
    memory.writeU64(at + 24, 1n)
    memory.writeU64(at + 32, BigInt(size))
  }

  #preopen([fd = 0, at = 0]: Numbers): number {
    if (fd !== rootFd) return errno.badf
    this.#deps.memory.bytes(at, 8).fill(0)
    this.#deps.memory.writeU32(at + 4, 1)
    return errno.success
  }

  #preopenName([fd = 0, at = 0, length = 0]: Numbers): number {
    if (fd !== rootFd) return errno.badf
    return this.#deps.memory.writeText('/', at, length) < 0 ? errno.inval : errno.success
  }

  /** (directory, lookup flags, path, its length, open flags, rights, inherited rights, descriptor flags, answer) */
  #pathOpen(args: Numbers): number {
    const [directory = 0, , pointer = 0, length = 0, flags = 0] = args
    const path = this.#path(pointer, length)
    if (path === undefined || directory !== rootFd) return errno.inval
    if ((flags & openFlag.directory) !== 0 || path === '/') return errno.isdir
    if (this.#open.size >= maxOpenFiles) return errno.mfile
    const opened = this.#files.open(path, openMode(flags))
    if ('problem' in opened) return problemErrno[opened.problem]
    return this.#assign(opened.file, args[8] ?? 0)
  }

  #assign(file: OpenFile, at: number): number {
    this.#open.set(this.#nextFd, file)
    this.#deps.memory.writeU32(at, this.#nextFd)
    this.#nextFd += 1
    return errno.success
  }

  #pathStat([directory = 0, , pointer = 0, length = 0, at = 0]: Numbers): number {
    if (directory !== rootFd) return errno.badf
    const path = this.#path(pointer, length)
    if (path === undefined) return errno.inval
    if (path === '/') {
      this.#writeStat(at, fileType.directory, 0)
      return errno.success
    }
    const opened = this.#files.open(path, { create: false, truncate: false, exclusive: false })
    if ('problem' in opened) return errno.noent
    this.#writeStat(at, fileType.regular, opened.file.size)
    return errno.success
  }

  /** Absolute in the virtual tree; ".." at the root stays there. */
  #path(pointer: number, length: number): string | undefined {
    const text = this.#deps.memory.text(pointer, length)
    return toPath('/', text.startsWith('/') ? text : `/${text}`)
  }
}

function openMode(flags: number): OpenMode {
  return {
    create: (flags & openFlag.create) !== 0,
    truncate: (flags & openFlag.truncate) !== 0,
    exclusive: (flags & openFlag.exclusive) !== 0,
  }
}

const emptyFile: OpenFile = {
  path: '',
  bytes: new Uint8Array(0),
  size: 0,
  position: 0,
  isChanged: false,
}
