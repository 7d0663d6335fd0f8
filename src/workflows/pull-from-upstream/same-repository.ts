/** True if two addresses, in any spelling git takes, are of one repository. */
export function isSameRepository(one: string, other: string): boolean {
  return normal(one) === normal(other);
}

function normal(url: string): string {
  const scp = /^(?:[^@/\s]+@)?([\w.-]+):(?!\/\/)\/?(.+)$/.exec(url);
  const address = scp === null ? url : `ssh://${scp[1]}/${scp[2]}`;
  if (!URL.canParse(address)) return trimmed(address);
  const { host, pathname } = new URL(address);
  return `${host.toLowerCase()}${trimmed(pathname)}`;
}

function trimmed(path: string): string {
  return path.replace(/\/+$/, '').replace(/\.git$/, '');
}
