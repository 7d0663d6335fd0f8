/** What a request to Testing Farm may hold: a key that is not here is one that the real service would refuse or ignore. */

type Check = (value: unknown) => boolean;
type Shape = { readonly [key: string]: Check | Shape | readonly [Shape] };

const text: Check = (value) => typeof value === 'string' && value !== '';
const textOrNull: Check = (value) => value === null || text(value);
const number: Check = (value) => typeof value === 'number';
const flag: Check = (value) => typeof value === 'boolean';
const anything: Check = () => true;
const url: Check = (value) => typeof value === 'string' && /^(?:https?|git):\/\/\S+$/.test(value);
const texts: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(text);
/** Values may be empty. */
const variables: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).every(([name, one]) => /^[A-Za-z_]\w*$/.test(name) && typeof one === 'string');

const PIPELINE: Shape = { timeout: number, type: text, 'parallel-limit': number, skip_guest_setup: flag };
const TMT: Shape = {
  url,
  ref: text,
  path: text,
  name: textOrNull,
  merge_sha: textOrNull,
  settings: { 'recognize-errors': flag },
  plan_filter: text,
  test_filter: text,
  test_name: text,
};
const ENVIRONMENT: Shape = {
  arch: text,
  os: { compose: text },
  pool: textOrNull,
  variables,
  secrets: variables,
  hardware: anything,
  kickstart: anything,
  artifacts: [{ id: text, type: text, packages: texts, install: flag, order: number }],
  settings: { pipeline: PIPELINE, provisioning: { post_install_script: text, tags: variables } },
  tmt: { context: anything, environment: variables, extra_args: anything },
};
const REQUEST: Shape = {
  test: { tmt: TMT, fmf: TMT, sti: anything },
  environments: [ENVIRONMENT],
  settings: { worker: { image: text }, pipeline: PIPELINE },
  // Testing Farm's own client sends it.
  user: { webpage: { url, name: text, icon: url } },
};

/** `environments.0.archh` for each field that is unknown or of another type. */
export function strangeFields(request: unknown): string[] {
  return strange(request, REQUEST, '');
}

function strange(value: unknown, shape: Shape, place: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [place];
  return Object.entries(value).flatMap(([key, one]: [string, unknown]) => {
    const here = place === '' ? key : `${place}.${key}`;
    const wanted = shape[key];
    if (wanted === undefined) return [here];
    if (typeof wanted === 'function') return wanted(one) ? [] : [here];
    if (!Array.isArray(wanted)) return strange(one, wanted as Shape, here);
    const [item] = wanted as readonly [Shape];
    return Array.isArray(one)
      ? one.flatMap((part, index) => strange(part, item, `${here}.${index}`))
      : [here];
  });
}
