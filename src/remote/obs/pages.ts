/** OBS's pages for people. */

/** `https://build.opensuse.org` for `https://api.opensuse.org`; elsewhere both are one. */
export function webUrl(apiUrl: string): string {
  return apiUrl.replace(/^(https?:\/\/)api\./, '$1build.');
}

export function packagePage(apiUrl: string, project: string, name: string): string {
  return `${webUrl(apiUrl)}/package/show/${project}/${name}`;
}

/** The package a page is of: the page itself, or that of one of its builds. */
export function packageInPage(text: string): { project: string; name: string } | undefined {
  const [, project, name] =
    /^https?:\/\/[^/]+\/package\/(?:show|live_build_log)\/([^/\s]+)\/([^/\s?#]+)/.exec(text) ?? [];
  return project === undefined || name === undefined
    ? undefined
    : { project: decodeURIComponent(project), name: decodeURIComponent(name) };
}
