/**
 * What the engine process may know of our environment: what programs and drivers need to find their libraries and temporary
 * files, and the switches people use to choose graphics devices. No secrets, and nothing that changes Node itself.
 */
const kept: ReadonlySet<string> = new Set(
  (
    'PATH HOME USERPROFILE LANG LC_ALL TZ TMPDIR TEMP TMP SYSTEMROOT WINDIR SYSTEMDRIVE PROGRAMFILES PROGRAMDATA APPDATA LOCALAPPDATA ' +
    'PATHEXT COMSPEC NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE LD_LIBRARY_PATH DYLD_LIBRARY_PATH XDG_RUNTIME_DIR XDG_DATA_DIRS ' +
    'DISPLAY WAYLAND_DISPLAY CUDA_PATH CUDA_HOME'
  ).split(' '),
)
/** CUDA, NVIDIA's Vulkan switches, the Vulkan loader (VK_ICD_FILENAMES, ...), Mesa, and ggml's own. */
const keptBeginnings = ['CUDA_', 'NVIDIA_', '__NV_', '__GLX_', 'VK_', 'MESA_', 'DRI_', 'GGML_', 'OMP_']

/** The environment of an engine process, written out from ours. */
export function childEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const written: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    const upper = name.toUpperCase()
    if (value !== undefined && (kept.has(upper) || keptBeginnings.some((beginning) => upper.startsWith(beginning)))) written[name] = value
  }
  return written
}
