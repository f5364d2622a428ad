import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..', '..');

interface Project {
  readonly name: string;
  readonly folder: string;
  readonly tags: readonly string[];
}

const projects: readonly Project[] = ['apps', 'libs', 'tools', 'e2e'].flatMap((parent) =>
  readdirSync(join(ROOT, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && readdirSync(join(ROOT, parent, entry.name)).includes('project.json'))
    .map((entry) => {
      const folder = `${parent}/${entry.name}`;
      const { name, tags } = JSON.parse(readFileSync(join(ROOT, folder, 'project.json'), 'utf8')) as Project;
      return { name, tags, folder };
    }),
);

describe('the projects of the workspace', () => {
  it('are all found', () => {
    expect(projects.map(({ name }) => name)).toEqual(expect.arrayContaining(['parsers', 'outbox', 'control-gateway']));
  });

  it.each(projects)(
    '$folder has a layer, a scope and says whether it has effects: an untagged project may import anything',
    ({ tags }) => {
      for (const kind of ['layer', 'scope', 'effects']) {
        expect(tags.filter((tag) => tag.startsWith(`${kind}:`))).toHaveLength(1);
      }
      expect(tags.join()).not.toContain('*');
    },
  );

  it('have names of their own', () => {
    expect(new Set(projects.map(({ name }) => name)).size).toBe(projects.length);
  });
});
