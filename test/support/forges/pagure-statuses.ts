/** Pagure's flags of commits, and groups. */
import { recordStatus } from './conversation.ts';
import type { TestStatus } from './conversation.ts';
import { Answered } from './server.ts';
import type { Call, Reply } from './server.ts';
import type { ForgeState, TestProject } from './state.ts';

const STATES = ['success', 'failure', 'error', 'canceled', 'pending'];
/** A host that looks like one: `http://x.y` is refused, an address of the loopback is not. */
const ADDRESS =
  /^(?:https?|ftp):\/\/(?:localhost|127\.0\.0\.1|(?:[\p{L}\d-]+\.)+\p{L}{2,}\.?)(?::\d{2,5})?(?:[/?#]\S*)?$/iu;

export interface PagureTools {
  state: ForgeState;
  projectOf: (call: Call) => TestProject;
  refused: (status: number, error_code: string, error: string, errors?: unknown) => Reply;
}

export function pagureFlags({ state, projectOf, refused }: PagureTools) {
  /** By uid: what one knows, anybody may change, and it keeps the name of who made it. */
  const uids = new Map<TestStatus, string>();

  function shaOf(call: Call): string {
    const { sha = '' } = call.parts;
    // A well-formed one is taken whether there is such a commit or not.
    if (!/^[0-9a-f]{4,40}$/.test(sha))
      throw new Answered(refused(404, 'ENOCOMMIT', 'No such commit found in this repository'));
    return sha;
  }

  return {
    flags: (call: Call): Reply => {
      const found = projectOf(call).statuses.filter((status) => status.sha === shaOf(call));
      const sorted = found.toSorted((a, b) => (a.changedAt < b.changedAt ? -1 : 1));
      return { status: 200, body: { total_flags: sorted.length, flags: sorted.map(describe) } };
    },
    setFlag: (call: Call): Reply => {
      const project = projectOf(call);
      const sha = shaOf(call);
      const form = call.form('username', 'comment', 'url', 'status', 'uid?', 'percent?');
      const { username = '', comment = '', url = '', status = '', uid = '' } = form;
      const errors: Record<string, string[]> = {};
      for (const [name, value] of Object.entries({ username, comment, url, status }))
        if (value.trim() === '') errors[name] = ['This field is required.'];
      if (errors.url === undefined && !ADDRESS.test(url)) errors.url = ['Invalid input.'];
      if (errors.status === undefined && !STATES.includes(status)) errors.status = ['Not a valid choice'];
      if (Object.keys(errors).length > 0)
        return refused(400, 'EINVALIDREQ', 'Invalid or incomplete input submitted', errors);
      if (uid.length > 32) return refused(400, 'EDBERROR', 'An error occurred at the database level');
      const creator = call.user?.name ?? '';
      const present = project.statuses.find((one) => one.sha === sha && uids.get(one) === uid && uid !== '');
      const set = { name: username, state: status, description: comment.trim(), url: url.trim(), creator };
      const flag = recordStatus(state, project, sha, set, present);
      uids.set(flag, uid);
      const message = present === undefined ? 'Flag added' : 'Flag updated';
      return { status: 200, body: { flag: describe(flag), message, uid } };
    },
    group: (call: Call): Reply => {
      const members = state.groups[call.parts.group ?? ''];
      if (members === undefined) return refused(404, 'ENOGROUP', 'Group not found');
      return { status: 200, body: { name: call.parts.group, members } };
    },
  };
}

function describe(status: TestStatus): Record<string, unknown> {
  return {
    commit_hash: status.sha,
    username: status.name,
    percent: null,
    comment: status.description,
    status: status.state,
    url: status.url,
    date_created: unix(status.createdAt),
    date_updated: unix(status.changedAt),
    user: { name: status.creator, fullname: status.creator },
  };
}

/** Pagure tells times as seconds in text. */
export function unix(time: string): string {
  return String(Math.floor(Date.parse(time) / 1000));
}
