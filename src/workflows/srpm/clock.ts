import { PackitError } from '../../errors.ts';
import type { Context } from '../../context.ts';
import { commitTime, resolveCommit } from '../../tools/git/index.ts';
import type { Git } from '../../tools/git/index.ts';

/** The time everything of a package carries. */
export interface Clock {
  time: Date;
  /** Seconds since 1970 of a reproducible build; undefined otherwise. */
  epoch: number | undefined;
}

/** Now, or with `--reproducible` the commit's time (`SOURCE_DATE_EPOCH` wins). @throws PackitError SOURCE_DATE_EPOCH_INVALID, UNBORN_HEAD */
export async function readClock(ctx: Context, git: Git, reproducible: boolean): Promise<Clock> {
  if (!reproducible) return { time: ctx.now(), epoch: undefined };
  const given = ctx.env.SOURCE_DATE_EPOCH;
  if (given !== undefined && given !== '') {
    if (!/^\d{1,11}$/.test(given)) {
      throw new PackitError(
        'SOURCE_DATE_EPOCH_INVALID',
        `SOURCE_DATE_EPOCH is not a number of seconds: ${given}`,
        {
          hint: 'Set it to seconds since 1970, for example $(git log -1 --format=%ct), or unset it.',
        },
      );
    }
    return clockAt(Number(given));
  }
  if ((await resolveCommit(git, 'HEAD')) === undefined) {
    throw new PackitError(
      'UNBORN_HEAD',
      'The repository has no commit yet, whose time --reproducible could take',
      {
        hint: 'Commit first: git add --all && git commit -m "First commit". Or set SOURCE_DATE_EPOCH.',
      },
    );
  }
  return clockAt(await commitTime(git));
}

function clockAt(epoch: number): Clock {
  return { time: new Date(epoch * 1000), epoch };
}

/** `YYYY-MM-DD`: of the local day, as the reference; of UTC in a reproducible build. */
export function changelogDate({ time, epoch }: Clock): string {
  if (epoch !== undefined) return time.toISOString().slice(0, 10);
  const fields = [time.getFullYear(), time.getMonth() + 1, time.getDate()];
  return fields.map((field, index) => String(field).padStart(index === 0 ? 4 : 2, '0')).join('-');
}
