/** What is asked of Image Builder and what it says of a compose. Pure. */
import { PackitError, ServiceError } from '../../errors.ts';
import type { Run, RunState } from '../../run-state.ts';

export interface ImageWishes {
  name: string;
  distribution: string;
  /** `image_request` of the configuration, passed on as it is. */
  request: Readonly<Record<string, unknown>>;
  /** `image_customizations` of the configuration. */
  customizations: Readonly<Record<string, unknown>>;
  /** Base URL of a repository whose packages the image may use. */
  repository?: string | undefined;
}

export interface ComposeRequest {
  image_name: string;
  distribution: string;
  image_requests: Readonly<Record<string, unknown>>[];
  customizations: Readonly<Record<string, unknown>>;
}

const LONGEST_NAME = 100;

/** The body of `POST compose`. @throws PackitError `IMAGE_NAME_TOO_LONG` */
export function composeRequest(wishes: ImageWishes): ComposeRequest {
  const { name, distribution, request, customizations, repository } = wishes;
  if (name.length > LONGEST_NAME) {
    throw new PackitError('IMAGE_NAME_TOO_LONG', `The image name has ${name.length} characters`, {
      hint: `Image Builder takes at most ${LONGEST_NAME}.`,
    });
  }
  const configured = customizations.payload_repositories;
  const repositories: unknown[] = Array.isArray(configured) ? configured : [];
  const own = repository === undefined ? [] : [{ rhsm: false, baseurl: repository, check_gpg: false }];
  return {
    image_name: name,
    distribution,
    image_requests: [request],
    customizations: {
      ...customizations,
      payload_repositories: [...repositories, ...own],
    },
  };
}

/** One image, under way or done. */
export interface Compose extends Run {
  id: string;
  /** Where the image is, by the names Image Builder gives: `ami`, `region`, `url`, `image_name`, `project_id`. */
  image?: Record<string, string>;
}

const STATES: Readonly<Record<string, RunState>> = {
  pending: 'queued',
  building: 'running',
  uploading: 'running',
  registering: 'running',
  success: 'succeeded',
  failure: 'failed',
};

/** Reads the answer to `GET composes/ID`. @throws ServiceError `IMAGE_BUILDER_ANSWER` */
export function readCompose(answer: unknown, id: string, name: string, page: string): Compose {
  const image = record(record(answer)?.image_status);
  const status = image?.status;
  if (image === undefined || typeof status !== 'string') {
    throw new ServiceError('IMAGE_BUILDER_ANSWER', `Image Builder does not say how the image ${id} is`, {
      hint: 'Run packit build watch with the same ID again later.',
    });
  }
  const state = STATES[status] ?? 'running';
  const where = record(record(image.upload_status)?.options);
  const texts = Object.entries(where ?? {}).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return {
    name,
    id,
    state,
    url: page,
    ...(state === 'succeeded' && texts.length > 0 ? { image: Object.fromEntries(texts) } : {}),
    ...noteOf(image, status, state),
  };
}

function noteOf(image: Record<string, unknown>, status: string, state: RunState): { note?: string } {
  if (state === 'failed') {
    const error = record(image.error);
    const reason = typeof error?.reason === 'string' ? error.reason : 'no reason given';
    const details = error?.details === undefined ? '' : ` (${JSON.stringify(error.details)})`;
    return { note: `${reason}${details}` };
  }
  if (state !== 'running' || status === 'building') {
    const progress = record(image.progress);
    return typeof progress?.done === 'number' && typeof progress.total === 'number' && state === 'running'
      ? { note: `${progress.done} of ${progress.total} steps` }
      : {};
  }
  return { note: status };
}

function record(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
}
