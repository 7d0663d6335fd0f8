import type { Command as Commander } from 'commander';
import type { Attach, Register } from './register.ts';
import { collect, examples } from './options.ts';

export const registerListen: Register = (program, attach) => {
  const listen = addBrokerOptions(program.command('listen'))
    .description('a daemon that runs the jobs: webhooks, Fedora Messaging, workers')
    .option('--role <roles>', 'web, consumer, worker, sweeper, comma-separated (default: all)')
    .option('--web <address>', 'where webhooks are taken (default: 127.0.0.1:8080)')
    .option('--monitor <address>', '/live, /ready and /metrics (default: 127.0.0.1:8081)')
    .option('--no-monitor', 'none of these')
    .option('--fedora-messaging <file>', 'config.toml of fedora-messaging (default: FEDORA_MESSAGING_CONF)')
    .option(
      '--account <name>',
      'whose builds in messages are ours (default: --fas-user); repeatable',
      collect,
    )
    .option('--workers <n>', 'jobs at once (default: 4)')
    .option('--grace <time>', 'for what is under way at the end (default: 60s)')
    .option('--state <dir>', 'what was done already (default: ~/.local/state/packit/listen)')
    .option('--project <url>', 'swept besides those that events come from; repeatable', collect)
    .option('--sweep <time>', 'between two sweeps (default: 10m)')
    .option('--instance <name>', 'which of packit_instances this is (default: prod)')
    .option('--comment-prefix <word>', 'what a command in a comment begins with (default: /packit)')
    .option('--once <file>', 'handle the event in this file and end; no broker is needed')
    .option('--event-name <name>', 'what the event of --once is called, such as pull_request')
    .option('--forge <kind>', 'where the event of --once is from')
    .option('-n, --dry-run', 'with --once: show what would be done')
    .addHelpText(
      'after',
      examples(
        'packit listen --broker amqp://packit@localhost',
        'packit listen --role web,consumer --web 0.0.0.0:8080',
        'packit listen --once payload.json --event-name pull_request --dry-run',
        'packit listen dead list',
      ),
    );
  attach(listen, async () => (await import('../commands/listen/run.ts')).listenCommand, {
    stopsItself: true,
  });

  const status = listen.command('status').description('how many events wait, and for what');
  attach(status, async () => (await import('../commands/listen/status.ts')).listenStatusCommand);
  registerDead(listen.command('dead').description('events that were given up'), attach);
};

function registerDead(dead: Commander, attach: Attach): void {
  const list = dead.command('list').description('which, since when and why');
  attach(list, async () => (await import('../commands/listen/dead.ts')).deadListCommand);
  const show = dead.command('show <id>').description('the event itself, as --once takes it');
  attach(show, async () => (await import('../commands/listen/dead.ts')).deadShowCommand);
  const retry = dead.command('retry [id...]').description('handle them anew').option('--all', 'all of them');
  attach(retry, async () => (await import('../commands/listen/dead.ts')).deadRetryCommand);
  const drop = dead.command('drop [id...]').description('throw them away').option('--all', 'all of them');
  attach(drop, async () => (await import('../commands/listen/dead.ts')).deadDropCommand);
}

/** Of the daemon and of those who look into its queues; on the group, so that they stand before or after the subcommand. */
function addBrokerOptions(command: Commander): Commander {
  return command
    .option('--broker <url>', 'RabbitMQ of the queues (default: amqp://localhost)')
    .option('--broker-ca <file>', 'certificate authority of the broker (default: those of the system)')
    .option('--broker-cert <file>', 'client certificate for the broker')
    .option('--broker-key <file>', 'its key')
    .option('--name <name>', "what the queues' names begin with (default: packit)");
}
