/** A member by a name from outside, which may also be that of a method of every object ("constructor", "valueOf"). */
export const own = <T>(all: Readonly<Record<string, T>>, name: string): T | undefined => (Object.hasOwn(all, name) ? all[name] : undefined)
