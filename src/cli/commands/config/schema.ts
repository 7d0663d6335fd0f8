import { jsonSchema } from '../../../project/config/index.ts';
import type { Command } from '../../command.ts';

export const configSchemaCommand: Command = async () => {
  const schema = await jsonSchema();
  return { text: JSON.stringify(schema, undefined, 2), json: schema };
};
