/** Where the hub shows a repository to people. @param hub Address of the mirror in use; null for the hub itself. */
export function repositoryPage(hub: string | null, repository: string): string {
  return `${(hub ?? 'https://huggingface.co').replace(/\/+$/, '')}/${repository}`
}
