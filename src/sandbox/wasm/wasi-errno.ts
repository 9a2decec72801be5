/** The error numbers of WASI preview 1 we answer. */
export const errno = {
  success: 0,
  badf: 8,
  exist: 20,
  fbig: 22,
  inval: 28,
  io: 29,
  isdir: 31,
  mfile: 33,
  noent: 44,
  nosys: 52,
} as const
