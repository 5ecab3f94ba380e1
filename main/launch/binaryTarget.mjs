/**
 * For which system and processor a native file was made, by its own header.
 * @typedef {{ system: 'linux' | 'mac' | 'win', processors: readonly string[] }} BinaryTarget
 */

/** ELF `e_machine` (System V gABI). */
const elfMachines = new Map([[3, 'ia32'], [40, 'armv7l'], [62, 'x64'], [183, 'arm64']])
/** PE `Machine` (Microsoft PE/COFF specification). */
const peMachines = new Map([[0x14c, 'ia32'], [0x8664, 'x64'], [0xaa64, 'arm64']])
/** Mach-O `cputype` (mach/machine.h). */
const machMachines = new Map([[0x01000007, 'x64'], [0x0100000c, 'arm64']])

/** @param {string | undefined} name */
const named = (name) => (name === undefined ? ['unknown'] : [name])

/**
 * @param {Buffer} head The first 4 KiB of the file, or all of it where it is smaller.
 * @returns {BinaryTarget | null} Null where it is no native file.
 */
export function binaryTarget(head) {
  if (head.length < 64) return null
  if (head.readUInt32BE(0) === 0x7f454c46) {
    const machine = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)
    return { system: 'linux', processors: named(elfMachines.get(machine)) }
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) return { system: 'mac', processors: named(machMachines.get(head.readUInt32LE(4))) }
  if (head.readUInt32BE(0) === 0xcafebabe) return { system: 'mac', processors: universalProcessors(head) }
  if (head.readUInt16BE(0) === 0x4d5a) return peTarget(head)
  return null
}

/**
 * The slices of a universal Mach-O file: a count, then 20 bytes each.
 * @param {Buffer} head
 */
function universalProcessors(head) {
  const count = Math.min(head.readUInt32BE(4), 8)
  return Array.from({ length: count }, (_, slice) => machMachines.get(head.readUInt32BE(8 + slice * 20)) ?? 'unknown')
}

/**
 * @param {Buffer} head
 * @returns {BinaryTarget | null}
 */
function peTarget(head) {
  const at = head.readUInt32LE(0x3c)
  if (at + 6 > head.length || head.readUInt32BE(at) !== 0x50450000) return null
  return { system: 'win', processors: named(peMachines.get(head.readUInt16LE(at + 4))) }
}
