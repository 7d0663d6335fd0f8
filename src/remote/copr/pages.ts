/** Copr's pages for people. */

export function buildPage(url: string, id: string): string {
  return `${url}/coprs/build/${id}/`;
}

export function projectPage(url: string, owner: string, project: string): string {
  return owner.startsWith('@')
    ? `${url}/coprs/g/${owner.slice(1)}/${project}/`
    : `${url}/coprs/${owner}/${project}/`;
}

/** The id in a page's address, or the text itself if it is a number. */
export function buildIdIn(text: string): string | undefined {
  if (/^\d+$/.test(text)) return text;
  return /\/coprs?\/(?:.*\/)?build\/(\d+)(?:[/?#]|$)/.exec(text)?.[1];
}
