import type { Command as Commander } from 'commander';
import type { Attach, Register } from './register.ts';
import { collect, examples, PACKAGE_HELP } from './options.ts';

export const registerConfig: Register = (program, attach) => {
  const config = program.command('config').description('check and show the package configuration');
  addValidate(config.command('validate [path]').alias('validate-config'), attach);
  for (const name of ['validate-config', 'validate']) {
    addValidate(program.command(`${name} [path]`, { hidden: true }), attach);
  }

  const show = config
    .command('show [path]')
    .description(
      'the configuration as it is understood, every default filled in, with where each value is from',
    )
    .option('-p, --package <name>', PACKAGE_HELP, collect)
    .addHelpText('after', examples('packit config show', 'packit --json config show -p cli | jq .jobs'));
  attach(show, async () => (await import('../commands/config/show.ts')).configShowCommand);

  const schema = config
    .command('schema')
    .description('the JSON Schema of the configuration, for editors')
    .addHelpText('after', examples('packit config schema > packit.schema.json'));
  attach(schema, async () => (await import('../commands/config/schema.ts')).configSchemaCommand);
};

function addValidate(command: Commander, attach: Attach): void {
  command
    .description('check the configuration: every problem, with its place and what to write instead')
    .option('--offline', 'leave out the checks that need the network')
    .option('--fix', 'mend what can be mended safely; comments and layout stay')
    .option('--diff', 'show what --fix changes, write nothing')
    .option('--no-specs', 'do not parse the spec files')
    .option('--config-path <file>', 'the configuration file, as --config gives it')
    .addHelpText(
      'after',
      examples(
        'packit config validate',
        'packit config validate --diff',
        'packit --strict validate --offline',
      ),
    );
  attach(command, async () => (await import('../commands/config/validate.ts')).configValidateCommand);
}
