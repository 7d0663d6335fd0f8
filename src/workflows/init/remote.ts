/** What the URL of a git remote says about the project. */

interface RemoteParts {
  host: string;
  path: string;
}

/** The last part of the path, without `.git`. */
export function repositoryName(url: string): string | undefined {
  const path = parts(url)?.path ?? url.replace(/\/+$/, '');
  const name = path
    .split('/')
    .at(-1)
    ?.replace(/\.git$/, '');
  return name === undefined || name === '' ? undefined : name;
}

/** The page of the project on its forge, without credentials; undefined for local paths. */
export function projectUrl(url: string): string | undefined {
  const found = parts(url);
  return found === undefined || found.path === ''
    ? undefined
    : `https://${found.host}/${found.path.replace(/\.git$/, '')}`;
}

function parts(url: string): RemoteParts | undefined {
  const scp = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)\/?(.+)$/.exec(url);
  if (scp !== null) return { host: scp[1] ?? '', path: trimmed(scp[2] ?? '') };
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, host, pathname } = new URL(url);
  if (hostname === '' || !/^(?:https?|ssh|git|git\+ssh):$/.test(protocol)) return undefined;
  // The port of ssh is not the port of the web pages.
  return { host: /^https?:$/.test(protocol) ? host : hostname, path: trimmed(pathname) };
}

function trimmed(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
